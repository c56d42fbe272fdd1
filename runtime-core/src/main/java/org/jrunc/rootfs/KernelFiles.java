package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Kernel;

/** Text files of /proc, as init reads them. */
final class KernelFiles {

    private KernelFiles() {
    }

    /** The lines of a file. */
    static List<String> lines(Kernel kernel, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int fd = kernel.openat(Kernel.AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        try {
            for (byte[] part = kernel.read(fd, 32768); part.length > 0; part = kernel.read(fd, 32768)) {
                content.writeBytes(part);
            }
        } finally {
            kernel.close(fd);
        }
        return split(content.toString(StandardCharsets.UTF_8), '\n');
    }

    /** The parts of a text between separators, without empty ones. */
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(separator, start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                parts.add(text.substring(start, end));
            }
            start = end + 1;
        }
        return parts;
    }
}
