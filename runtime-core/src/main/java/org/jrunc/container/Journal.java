package org.jrunc.container;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/**
 * The intent journal of a container, and its lock. Before each side effect on the host a line names it, so that
 * {@code delete} can undo what a crashed {@code create} had begun. Whoever changes the container holds the lock, which
 * the kernel releases when the holder dies (fcntl(2), record locks).
 */
final class Journal implements AutoCloseable {

    private static final long DEADLINE_MILLIS = 10_000;
    private static final long STEP_MILLIS = 5;

    /** Paths of the journals that threads of this process hold or wait for: its own record locks do not conflict. */
    private static final Set<File> HELD = new HashSet<>();

    private final File path;
    private final RandomAccessFile file;
    /** The same file, opened by its path again. It stays open: closing any descriptor of a file gives up its locks. */
    private RandomAccessFile named;

    private Journal(File path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /** Opens and locks the journal of a state directory; makes it if there is none. */
    static Journal lock(File stateDirectory) throws IOException {
        File path = new File(stateDirectory, "journal");
        long deadline = System.nanoTime() + DEADLINE_MILLIS * 1_000_000;
        while (!claim(path)) {
            awaitNext(path, deadline);
        }
        try {
            return lockClaimed(path, deadline);
        } catch (IOException | RuntimeException e) {
            disclaim(path);
            throw e;
        }
    }

    private static Journal lockClaimed(File path, long deadline) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path, "rw");
        Journal journal = new Journal(path, file);
        try {
            while (!tryLock(file)) {
                awaitNext(path, deadline);
            }
            journal.checkThatItIsStillThere();
            return journal;
        } catch (IOException | RuntimeException e) {
            journal.closeFiles();
            throw e;
        }
    }

    private static void awaitNext(File path, long deadline) {
        if (System.nanoTime() - deadline > 0) {
            throw new RuntimeFailure("container " + path.getParentFile().getName() + " is busy: another command has"
                    + " held the lock on " + path + " for " + DEADLINE_MILLIS / 1000 + " s");
        }
        pause();
    }

    private static boolean claim(File path) {
        synchronized (HELD) {
            return HELD.add(path);
        }
    }

    private static void disclaim(File path) {
        synchronized (HELD) {
            HELD.remove(path);
        }
    }

    /** Locks the journal of a container that somebody else may be deleting. */
    static Journal of(Container container) {
        File directory = container.directory().path();
        try {
            return lock(directory);
        } catch (IOException e) {
            throw new RuntimeFailure(directory.exists() ? "can not lock container " + directory.getName() + ": "
                    + Reason.of(e) : "container does not exist", e);
        }
    }

    /**
     * While this process waited for the lock, the container may have been deleted, and another one of the same id been
     * created: then what is locked is not what the path names. The first line, unique to each journal, tells.
     */
    private void checkThatItIsStillThere() throws IOException {
        if (file.length() == 0) {
            intend("journal", ProcessHandle.current().pid() + "-" + System.nanoTime());
        }
        if (!Arrays.equals(content(file), namedContent())) {
            throw new IOException("the container was deleted meanwhile");
        }
    }

    private byte[] namedContent() throws IOException {
        try {
            named = new RandomAccessFile(path, "r");
        } catch (FileNotFoundException deleted) {
            return new byte[0];
        }
        return content(named);
    }

    private static byte[] content(RandomAccessFile file) throws IOException {
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        return content;
    }

    private static boolean tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    static void pause() {
        try {
            Thread.sleep(STEP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", e);
        }
    }

    /** Writes down what is about to be made. */
    void intend(String kind, String object) throws IOException {
        file.seek(file.length());
        file.write((kind + ' ' + object + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** The objects of a kind, in the order in which they were written down; a torn last line is left out. */
    List<String> intended(String kind) throws IOException {
        List<String> objects = new ArrayList<>();
        String text = new String(content(file), StandardCharsets.UTF_8);
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            String line = text.substring(start, end);
            if (line.startsWith(kind + ' ')) {
                objects.add(line.substring(kind.length() + 1));
            }
            start = end + 1;
        }
        return objects;
    }

    /**
     * Ends the lock. A process loses all its locks on a file with the first of its descriptors that is closed
     * (fcntl(2)): so none is until now.
     */
    @Override
    public void close() {
        try {
            closeFiles();
        } catch (IOException e) {
            throw new RuntimeFailure("can not close " + path + ": " + Reason.of(e), e);
        } finally {
            disclaim(path);
        }
    }

    private void closeFiles() throws IOException {
        file.close();
        if (named != null) {
            named.close();
        }
    }
}
