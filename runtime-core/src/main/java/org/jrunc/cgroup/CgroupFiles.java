package org.jrunc.cgroup;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;

/**
 * Small reads and writes of cgroupfs and /proc. {@code java.io} tells no errno, so a call that failed is made again as
 * a system call; by then its few milliseconds of FFM set-up do not matter.
 */
final class CgroupFiles {

    private CgroupFiles() {
    }

    /** The whole content; empty when it can not be read, most often because it is not there any more. */
    static String read(String path) {
        byte[] bytes = new byte[4096];
        int length = 0;
        try (FileInputStream in = new FileInputStream(path)) {
            for (int n = in.read(bytes); n > 0; n = in.read(bytes, length, bytes.length - length)) {
                length += n;
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * length);
                }
            }
        } catch (IOException unreadable) {
            return "";
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The content without blanks around it. */
    static String value(String path) {
        return read(path).trim();
    }

    /**
     * Writes a value in one call.
     *
     * @throws KernelException when it was not taken
     */
    static void write(String path, String value) {
        if (!tryWrite(path, value)) {
            Kernel kernel = LibcKernel.here();
            int fd = kernel.openat(Kernel.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC, 0);
            try {
                kernel.write(fd, value.getBytes(StandardCharsets.UTF_8));
            } finally {
                kernel.close(fd);
            }
        }
    }

    /** Writes a value in one call to a file that must exist already; returns whether it was taken. */
    static boolean tryWrite(String path, String value) {
        // O_CREAT does no harm: cgroupfs lets nobody make files.
        try (FileOutputStream out = new FileOutputStream(path)) {
            out.write(value.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /**
     * Makes a directory.
     *
     * @return false when there is one already
     * @throws KernelException when it can not be made
     */
    static boolean mkdir(String path) {
        File directory = new File(path);
        if (directory.mkdir()) {
            return true;
        }
        if (directory.isDirectory()) {
            return false;
        }
        LibcKernel.here().mkdirat(Kernel.AT_FDCWD, path, 0755);
        return true;
    }
}
