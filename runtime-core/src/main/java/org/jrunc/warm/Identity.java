package org.jrunc.warm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;

/**
 * All that decides what a process may do and which files its paths name: ids, capabilities, no_new_privs, seccomp, the
 * label of a security module, namespaces, root directory. What one process does with files and cgroups is the same as if
 * another did it when these are equal; so a server acts for equals only.
 *
 * @param text everything, to be compared
 */
record Identity(String text) {

    private static final String[] STATUS = {"Uid", "Gid", "CapPrm", "CapEff", "NoNewPrivs", "Seccomp",
        "Seccomp_filters"};
    private static final String[] NAMESPACES = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};
    private static final int PART = 4096;

    /**
     * That of a process.
     *
     * @param proc   its directory in /proc
     * @param status the content of its {@code status}, proc_pid_status(5)
     * @throws KernelException when the process has ended, or may not be looked at
     */
    static Identity of(Kernel kernel, String proc, String status) {
        StringBuilder text = new StringBuilder();
        for (String name : STATUS) {
            text.append(field(status, name)).append('\n');
        }
        text.append(groups(status)).append('\n');
        for (String type : NAMESPACES) {
            text.append(link(kernel, proc + "/ns/" + type)).append('\n');
        }
        return new Identity(text + kernel.readlinkat(Kernel.AT_FDCWD, proc + "/root") + '\n' + label(kernel, proc));
    }

    /**
     * The supplementary groups but for the group of the process itself, which adds nothing: a root that has logged in has
     * it among them, one whom systemd has started has not.
     */
    private static String groups(String status) {
        String own = field(status, "Gid");
        own = own.substring(own.lastIndexOf('\t') + 1);
        StringBuilder groups = new StringBuilder();
        for (String group : field(status, "Groups").split(" ")) {
            if (!group.equals(own)) {
                groups.append(group).append(' ');
            }
        }
        return groups.toString().strip();
    }

    /** A namespace; nothing for a type that the kernel does not have. */
    private static String link(Kernel kernel, String path) {
        try {
            return kernel.readlinkat(Kernel.AT_FDCWD, path);
        } catch (KernelException none) {
            if (path.endsWith("/user")) {
                throw none;
            }
            return "";
        }
    }

    /** The label of AppArmor or SELinux; nothing where there is neither. */
    private static String label(Kernel kernel, String proc) {
        long fd = kernel.invoke(Syscall.OPENAT, Arg.of(Kernel.AT_FDCWD), Arg.text(proc + "/attr/current"),
                Arg.of(OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC), Arg.of(0));
        if (fd < 0) {
            return "";
        }
        Block label = Block.out(PART);
        long length = kernel.invoke(Syscall.READ, Arg.of(fd), label, Arg.of(PART));
        kernel.close((int) fd);
        return new String(label.bytes(), 0, (int) Math.max(length, 0), StandardCharsets.UTF_8);
    }

    /** The value of a line of proc_pid_status(5); nothing when the kernel does not have it. */
    static String field(String status, String name) {
        int line = status.indexOf("\n" + name + ":\t");
        int at = line + name.length() + 3;
        return line < 0 ? "" : status.substring(at, status.indexOf('\n', at));
    }

    /** The content of a file of /proc. */
    static String read(Kernel kernel, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int fd = kernel.openat(Kernel.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        try {
            for (byte[] part = kernel.read(fd, PART); part.length > 0; part = kernel.read(fd, PART)) {
                content.writeBytes(part);
            }
        } finally {
            kernel.close(fd);
        }
        return content.toString(StandardCharsets.UTF_8);
    }
}
