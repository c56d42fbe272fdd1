package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;

/** Text files of /proc, as init reads them. */
final class KernelFiles {

    /** More than that no read of such a file gives; 16 KB are 100 lines of mountinfo and more. */
    private static final int PAGE = 4096;
    private static final int READS = 5;

    private KernelFiles() {
    }

    /** The lines of a file. */
    static List<String> lines(Kernel kernel, String path) {
        CallSequence calls = kernel.sequence();
        int fd = open(calls, path);
        Block[] parts = new Block[READS];
        int[] lengths = new int[READS];
        for (int i = 0; i < READS; i++) {
            parts[i] = Block.out(PAGE);
            lengths[i] = CallSequence.read(calls, fd, parts[i]);
        }
        calls.close(fd);
        calls.run();
        if (calls.result(lengths[READS - 1]) > 0) {
            return split(large(kernel, path), '\n');
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = 0; i < READS; i++) {
            content.write(parts[i].bytes(), 0, calls.result(lengths[i]));
        }
        return split(content.toString(StandardCharsets.UTF_8), '\n');
    }

    private static int open(Kernel kernel, String path) {
        return kernel.openat(Kernel.AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    }

    private static String large(Kernel kernel, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int fd = open(kernel, path);
        try {
            for (byte[] part = kernel.read(fd, PAGE); part.length > 0; part = kernel.read(fd, PAGE)) {
                content.writeBytes(part);
            }
        } finally {
            kernel.close(fd);
        }
        return content.toString(StandardCharsets.UTF_8);
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
