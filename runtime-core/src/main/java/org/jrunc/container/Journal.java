package org.jrunc.container;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private final File path;
    private final RandomAccessFile file;
    /** The file that the path named when it was locked; closed last, see {@link #close}. */
    private RandomAccessFile named;

    private Journal(File path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /** Opens and locks the journal of a state directory; makes it if there is none. */
    static Journal lock(File stateDirectory) throws IOException {
        File path = new File(stateDirectory, "journal");
        RandomAccessFile file = new RandomAccessFile(path, "rw");
        long start = System.nanoTime();
        while (!tryLock(file)) {
            if (System.nanoTime() - start > DEADLINE_MILLIS * 1_000_000) {
                file.close();
                throw new RuntimeFailure("container " + stateDirectory.getName() + " is busy: another command has held"
                        + " the lock on " + path + " for " + DEADLINE_MILLIS / 1000 + " s");
            }
            pause();
        }
        Journal journal = new Journal(path, file);
        journal.checkThatItIsStillThere();
        return journal;
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
        try {
            named = new RandomAccessFile(path, "r");
        } catch (FileNotFoundException e) {
            close();
            throw new IOException("the container was deleted meanwhile", e);
        }
        if (!Arrays.equals(content(file), content(named))) {
            close();
            throw new IOException("the container was deleted meanwhile");
        }
    }

    private static byte[] content(RandomAccessFile file) throws IOException {
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        return content;
    }

    private static boolean tryLock(RandomAccessFile file) throws IOException {
        try {
            FileLock lock = file.getChannel().tryLock();
            return lock != null;
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
            file.close();
            if (named != null) {
                named.close();
            }
        } catch (IOException e) {
            throw new RuntimeFailure("can not close " + path + ": " + Reason.of(e), e);
        }
    }
}
