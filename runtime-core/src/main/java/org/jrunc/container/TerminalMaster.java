package org.jrunc.container;

import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.kernel.Tty;
import org.jrunc.process.ConsoleSocket;
import org.jrunc.process.Terminal;

/** Where the master of a container's terminal goes: to who listens at {@code --console-socket}, or to this process. */
final class TerminalMaster {

    private TerminalMaster() {
    }

    /**
     * Makes the terminal the process's own, and hands its master over.
     *
     * @return this process's descriptor of the master in the foreground, -1 if nobody here needs it
     */
    static int handOver(LibcKernel libc, Agent process, Terminal terminal, Optional<ConsoleSocket> console) {
        int master = process.kernel().fetch(terminal.master());
        terminal.attach();
        if (console.isEmpty()) {
            leaveLineEnds(libc, master);
            return master;
        }
        try (ConsoleSocket socket = console.get()) {
            socket.send(master, terminal);
        } finally {
            libc.close(master);
        }
        return -1;
    }

    /**
     * Lets a container's terminal that this process keeps write a newline as it is, without a carriage return: what its
     * program writes goes on to a terminal that does so itself, or to a file, which is to have what was written. The
     * settings are those of the slave, which the master has none besides.
     */
    static void leaveLineEnds(LibcKernel libc, int master) {
        Block settings = Block.out(Tty.TERMIOS);
        libc.call(Syscall.IOCTL, Arg.of(master), Arg.of(Tty.TCGETS), settings);
        Block changed = Block.in(settings.bytes());
        changed.u32(Tty.OFLAG, changed.u32(Tty.OFLAG) & ~Tty.ONLCR);
        libc.call(Syscall.IOCTL, Arg.of(master), Arg.of(Tty.TCSETS), changed);
    }
}
