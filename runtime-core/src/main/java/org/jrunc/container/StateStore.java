package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** All state directories: what is below {@code --root}. */
final class StateStore {

    /** What is in there, environments with secrets among it, is for nobody but the owner. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions.asFileAttribute(
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    /** What to do where something below the root can not be read. */
    static final String HINT = "; call jrunc as the user who created the container, or give another directory with"
            + " --root";

    private final File root;

    StateStore(RuntimeContext context) {
        root = context.root().toFile();
    }

    /**
     * Takes an id for a new container by making its directory, which only one of several callers can do.
     *
     * @throws RuntimeFailure when the id is in use, or the directory can not be made
     */
    StateDirectory reserve(String id) {
        mustBeFree(id);
        File path = new File(root, id);
        if (!root.isDirectory()) {
            makeRoot();
        }
        try {
            Files.createDirectory(path.toPath(), OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            throw new RuntimeFailure("container with given ID already exists", e);
        } catch (IOException e) {
            throw new RuntimeFailure("can not make the state directory " + path + ": " + reason(e)
                    + "; give another directory with --root", e);
        }
        return new StateDirectory(path);
    }

    /** Looks whether an id may be taken, before anything else is looked at. */
    void mustBeFree(String id) {
        ContainerId.check(id);
        if (new File(root, id).exists()) {
            throw new RuntimeFailure("container with given ID already exists");
        }
    }

    private void makeRoot() {
        try {
            Files.createDirectories(root.toPath(), OWNER_ONLY);
        } catch (IOException e) {
            throw new RuntimeFailure("can not make the directory " + root + " (--root): " + reason(e), e);
        }
    }

    private String reason(IOException e) {
        for (File part = root; part != null; part = part.getParentFile()) {
            if (part.exists() && !part.isDirectory()) {
                return part + " is not a directory";
            }
        }
        return Reason.of(e);
    }

    /** The directory of an existing container. */
    StateDirectory get(String id) {
        return find(id).orElseThrow(() -> new RuntimeFailure("container does not exist"));
    }

    /**
     * The directory of a container that may not exist.
     *
     * @throws RuntimeFailure also when that can not be told: who hears that a container does not exist takes it for
     *                        deleted
     */
    Optional<StateDirectory> find(String id) {
        ContainerId.check(id);
        File path = new File(root, id);
        return isDirectory(path) ? Optional.of(new StateDirectory(path)) : Optional.empty();
    }

    /** Whether a name below the root is one of a directory, or may be: it can not be told. */
    boolean mayBeDirectory(String name) {
        try {
            return isDirectory(new File(root, name));
        } catch (RuntimeFailure unknown) {
            return true;
        }
    }

    private boolean isDirectory(File path) {
        if (path.isDirectory()) {
            return true;
        }
        try {
            SmallFile.exists(path);
            return false;
        } catch (IOException e) {
            throw new RuntimeFailure("can not tell whether container " + path.getName() + " exists, " + path + ": "
                    + Reason.of(e) + HINT, e);
        }
    }

    /**
     * The ids of all containers, sorted; empty optional when the root directory does not exist.
     *
     * @throws RuntimeFailure when it can not be read
     */
    Optional<String[]> ids() {
        String[] names = root.list();
        if (names == null) {
            mustBeMissing();
            return Optional.empty();
        }
        // Other things of the runtime have a name that no id can be, see ContainerId.
        int count = 0;
        for (String name : names) {
            if (name.indexOf('@') < 0) {
                names[count] = name;
                count++;
            }
        }
        String[] ids = Arrays.copyOf(names, count);
        Arrays.sort(ids);
        return Optional.of(ids);
    }

    /** Asks again why the root can not be listed, of who says so: no containers are no reason to fail. */
    private void mustBeMissing() {
        try {
            Files.newDirectoryStream(root.toPath()).close();
        } catch (NoSuchFileException missing) {
            // As it is before the first container.
        } catch (IOException e) {
            throw new RuntimeFailure("can not list the containers in " + root + " (--root): " + Reason.of(e) + HINT, e);
        }
    }
}
