package org.jrunc.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;

/** A process with a mount namespace of its own, and in it a small tmpfs as its root. */
final class ContainerFixture implements AutoCloseable {

    final LibcKernel libc = new LibcKernel();
    final Agent agent;
    final AgentKernel kernel;

    ContainerFixture(Path scratch) {
        agent = Agent.spawn(libc, "jrunc-test");
        kernel = agent.kernel();
        kernel.unshare(Clone.CLONE_NEWNS);
        kernel.mount("", "/", "", MountFlags.MS_REC | MountFlags.MS_PRIVATE, "");
        kernel.mount("root", scratch.toString(), "tmpfs", 0, "mode=755");
        kernel.chdir(scratch.toString());
        for (String directory : new String[] {"bin", "dev", "dev/pts", "etc", "proc"}) {
            kernel.mkdirat(Kernel.AT_FDCWD, directory, 0755);
        }
        kernel.mount("proc", "proc", "proc", 0, "");
        kernel.mount("devpts", "dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620");
        kernel.umask(0);
        kernel.mknodat(Kernel.AT_FDCWD, "dev/null", Stat.S_IFCHR | 0666, Stat.makedev(1, 3));
        kernel.pivotRoot(".", ".");
        kernel.umount2(".", MountFlags.MNT_DETACH);
        kernel.chdir("/");
    }

    /** A file with a content and a mode. */
    void file(String path, String content, int mode) {
        int fd = kernel.openat(Kernel.AT_FDCWD, path,
                OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC, 0600);
        kernel.write(fd, content.getBytes());
        kernel.fchmod(fd, mode);
        kernel.close(fd);
    }

    void directory(String path, int mode) {
        kernel.mkdirat(Kernel.AT_FDCWD, path, mode);
    }

    /** A line of {@code /proc/PID/status}, without its key. */
    String status(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
            if (line.startsWith(key + ":")) {
                return line.substring(key.length() + 1).strip();
            }
        }
        return "";
    }

    /** A file of {@code /proc/PID}. */
    String proc(String name) throws IOException {
        return Files.readString(Path.of("/proc/" + agent.pid() + "/" + name)).strip();
    }

    @Override
    public void close() {
        agent.killAndReap();
        agent.closeRegion();
    }
}
