package org.jrunc.container;

import java.util.Arrays;
import org.jrunc.agent.CommandProcess;
import org.jrunc.agent.Monitor;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;
import org.jrunc.kernel.Tty;

/** The terminal of whoever called a foreground {@code run}, termios(3). */
final class HostTerminal {

    private static final int WINSIZE = 8;

    /** {@code IGNBRK|BRKINT|PARMRK|ISTRIP|INLCR|IGNCR|ICRNL|IXON}. */
    private static final int INPUT_OFF = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
    /** {@code CSIZE|PARENB}; {@code CS8} is all of CSIZE. */
    private static final int CONTROL_OFF = 0x100;
    private static final int CS8 = 0x30;
    /** {@code ISIG|ICANON|ECHO|ECHONL|IEXTEN}. */
    private static final int LOCAL_OFF = 0x1 | 0x2 | 0x8 | 0x40 | 0x8000;
    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;

    private HostTerminal() {
    }

    /**
     * Finds it as runc does: on stderr, stdout, stdin, then the controlling terminal; there may be none.
     *
     * @param ownMaster this JVM's descriptor of the master of the container's terminal
     */
    static Monitor.Terminal of(CommandProcess command, int ownMaster) {
        Kernel kernel = command.kernel();
        int master = command.give(ownMaster)[0];
        for (int fd = 2; fd >= 0; fd--) {
            Block settings = Block.out(Tty.TERMIOS);
            if (kernel.invoke(Syscall.IOCTL, Arg.of(fd), Arg.of(Tty.TCGETS), settings) >= 0) {
                return terminal(kernel, master, fd, settings);
            }
        }
        try {
            int fd = kernel.openat(Kernel.AT_FDCWD, "/dev/tty", OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
            Block settings = Block.out(Tty.TERMIOS);
            kernel.call(Syscall.IOCTL, Arg.of(fd), Arg.of(Tty.TCGETS), settings);
            return terminal(kernel, master, fd, settings);
        } catch (KernelException none) {
            return new Monitor.Terminal(master, -1, new byte[0], new byte[0]);
        }
    }

    /** The size has to be right before the program starts; the monitor, which keeps it so, may come after that. */
    private static Monitor.Terminal terminal(Kernel kernel, int master, int fd, Block settings) {
        Block size = Block.out(WINSIZE);
        if (kernel.invoke(Syscall.IOCTL, Arg.of(fd), Arg.of(Tty.TIOCGWINSZ), size) >= 0) {
            kernel.invoke(Syscall.IOCTL, Arg.of(master), Arg.of(Tty.TIOCSWINSZ), size);
        }
        return new Monitor.Terminal(master, fd, settings.bytes(), raw(settings));
    }

    /**
     * What cfmakeraw(3) does, but with output processing: the container's terminal leaves the ends of lines to this one
     * ({@link TerminalMaster}).
     */
    private static byte[] raw(Block settings) {
        Block raw = Block.in(Arrays.copyOf(settings.bytes(), Tty.TERMIOS));
        raw.u32(0, raw.u32(0) & ~INPUT_OFF);
        raw.u32(Tty.OFLAG, raw.u32(Tty.OFLAG) | Tty.OPOST);
        raw.u32(8, raw.u32(8) & ~CONTROL_OFF | CS8);
        raw.u32(12, raw.u32(12) & ~LOCAL_OFF);
        raw.bytes()[VTIME] = 0;
        raw.bytes()[VMIN] = 1;
        return raw.bytes();
    }
}
