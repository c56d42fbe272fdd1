package org.jrunc.namespace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.StatFs;
import org.jrunc.report.RuntimeFailure;

/** Files of {@code /proc/PID}, opened on the host by the brain, never through anything of the container's. */
final class ProcFile {

    private ProcFile() {
    }

    /** Opens a file of a process; throws {@link org.jrunc.kernel.KernelException} when that fails. */
    static int open(Kernel kernel, int pid, String name, int flags) {
        int proc = kernel.openat(Kernel.AT_FDCWD, "/proc",
                OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        try {
            if (kernel.fstatfs(proc).type() != StatFs.PROC_SUPER_MAGIC) {
                throw new RuntimeFailure("/proc of the runtime is not a procfs; mount one");
            }
            // Neither a link nor something mounted over the file may lead elsewhere (CVE-2025-52881).
            return kernel.openat2(proc, pid + "/" + name, flags | OpenFlags.O_CLOEXEC, 0, OpenFlags.RESOLVE_BENEATH
                    | OpenFlags.RESOLVE_NO_XDEV | OpenFlags.RESOLVE_NO_MAGICLINKS | OpenFlags.RESOLVE_NO_SYMLINKS);
        } finally {
            kernel.close(proc);
        }
    }

    /** Writes a value in one call, as these files want it. */
    static void write(Kernel kernel, int pid, String name, String value) {
        int fd = open(kernel, pid, name, OpenFlags.O_WRONLY);
        try {
            kernel.write(fd, value.getBytes(StandardCharsets.UTF_8));
        } finally {
            kernel.close(fd);
        }
    }

    /** Reads a whole file. */
    static String read(Kernel kernel, int pid, String name) {
        int fd = open(kernel, pid, name, OpenFlags.O_RDONLY);
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (byte[] part = kernel.read(fd, 4096); part.length > 0; part = kernel.read(fd, 4096)) {
                content.writeBytes(part);
            }
            return content.toString(StandardCharsets.UTF_8);
        } finally {
            kernel.close(fd);
        }
    }
}
