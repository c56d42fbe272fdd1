package org.jrunc.container;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** {@code --pid-file}: the pid in decimal and nothing else, in a file that is never seen half written. */
final class PidFile {

    private PidFile() {
    }

    static void write(File file, int pid) {
        File temporary = new File(file.getAbsoluteFile().getParentFile(), "." + file.getName());
        try {
            if (!temporary.createNewFile()) {
                throw new IOException(temporary + " exists");
            }
            try (FileOutputStream out = new FileOutputStream(temporary)) {
                out.write(Integer.toString(pid).getBytes(StandardCharsets.US_ASCII));
                if (!temporary.renameTo(file)) {
                    throw new IOException("could not rename " + temporary);
                }
            } finally {
                // Of no effect when it has its final name.
                temporary.delete();
            }
        } catch (IOException e) {
            throw new RuntimeFailure("can not write the pid file " + file + " (--pid-file): " + Reason.of(e), e);
        }
    }
}
