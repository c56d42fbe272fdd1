package org.jrunc.container;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;

/** Reading and writing of small files with the classes that a JVM has loaded anyway at start. */
final class SmallFile {

    private SmallFile() {
    }

    /** The content, empty when there is no such file. */
    static Optional<byte[]> read(File file) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            return Optional.of(in.readAllBytes());
        } catch (FileNotFoundException absent) {
            if (file.exists()) {
                throw absent;
            }
            return Optional.empty();
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
