package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.util.Optional;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.SpecException;

/**
 * The directory of one container below {@code --root}. It exists from the first moment of {@code create} to the last
 * of {@code delete}.
 *
 * <ul>
 * <li>{@code state.json}: {@link StateRecord}, from the moment the container is complete
 * <li>{@code config.json}: a copy, since later edits of the bundle's must have no effect
 * <li>{@code exec.fifo}: exists as long as the container waits for {@code start}
 * <li>{@code status.fifo}: tells {@code start} how the program's execution went
 * <li>{@code journal}: {@link Journal}
 * </ul>
 *
 * @param path the directory
 */
record StateDirectory(File path) {

    String id() {
        return path.getName();
    }

    File stateFile() {
        return new File(path, "state.json");
    }

    File configFile() {
        return new File(path, "config.json");
    }

    File startFifo() {
        return new File(path, "exec.fifo");
    }

    File statusFifo() {
        return new File(path, "status.fifo");
    }

    /** The start FIFO under the name it has while a {@code start} uses it: who renames it is the one that starts. */
    File claimedFifo() {
        return new File(path, "exec.fifo.claimed");
    }

    /** The saved state; empty while the container is not complete. */
    Optional<StateRecord> record() {
        try {
            return SmallFile.read(stateFile()).map(content -> StateRecord.parse(content, stateFile().getPath()));
        } catch (IOException e) {
            throw new RuntimeFailure("can not read the state of container " + id() + ", " + stateFile() + ": "
                    + Reason.of(e) + StateStore.HINT, e);
        } catch (SpecException e) {
            throw new RuntimeFailure("can not read the state of container " + id() + ": " + e.getMessage()
                    + " (another runtime's? Each needs a --root of its own)", e);
        }
    }

    /** Removes the directory with all files in it. */
    void remove() {
        String[] names = path.list();
        if (names != null) {
            for (String name : names) {
                removeTree(new File(path, name));
            }
        }
        if (!path.delete() && path.exists()) {
            throw new RuntimeFailure("can not remove the state directory " + path);
        }
    }

    private static void removeTree(File file) {
        if (!file.delete()) {
            File[] children = file.listFiles();
            if (children != null) {
                for (File child : children) {
                    removeTree(child);
                }
            }
            file.delete();
        }
    }
}
