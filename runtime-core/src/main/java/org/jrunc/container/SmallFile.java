package org.jrunc.container;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jrunc.report.Reason;

/** Reading and writing of small files with the classes that a JVM has loaded anyway at start. */
final class SmallFile {

    /** The end of what the JDK says of a file that is not there, where strerror(3) speaks English. */
    private static final String MISSING = "(No such file or directory)";

    private SmallFile() {
    }

    /**
     * The content, empty when there is no such file.
     *
     * @throws IOException also when it can not be told whether there is one
     */
    static Optional<byte[]> read(File file) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            return Optional.of(in.readAllBytes());
        } catch (FileNotFoundException e) {
            // Said of every failure. The usual one is known by its words, without another look at the file.
            if (!e.getMessage().endsWith(MISSING) && exists(file)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * Whether there is such a file. {@link File#exists()} and its like say no also when they are not allowed to look.
     *
     * @throws IOException when it can not be told
     */
    static boolean exists(File file) throws IOException {
        if (file.exists()) {
            return true;
        }
        try {
            Files.readAttributes(file.toPath(), BasicFileAttributes.class);
            return true;
        } catch (IOException e) {
            if (Reason.isMissing(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Replaces the file in one step: a reader sees the old content or the new one. */
    static void replace(File file, byte[] content) throws IOException {
        File temporary = prepare(file, content);
        if (!temporary.renameTo(file)) {
            throw new IOException("could not rename " + temporary + " to " + file.getName());
        }
    }

    /** Writes the new content of a file beside it, to be renamed. */
    static File prepare(File file, byte[] content) throws IOException {
        File temporary = new File(file.getParentFile(), "." + file.getName() + ".new");
        try (FileOutputStream out = new FileOutputStream(temporary)) {
            out.write(content);
        }
        return temporary;
    }
}
