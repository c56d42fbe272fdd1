package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
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

    /** The directory of a container that may not exist. */
    Optional<StateDirectory> find(String id) {
        ContainerId.check(id);
        File path = new File(root, id);
        return path.isDirectory() ? Optional.of(new StateDirectory(path)) : Optional.empty();
    }

    /** The ids of all containers, sorted; empty optional when the root directory does not exist. */
    Optional<String[]> ids() {
        String[] names = root.list();
        if (names == null) {
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
}
