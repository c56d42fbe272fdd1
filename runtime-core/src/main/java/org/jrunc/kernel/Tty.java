package org.jrunc.kernel;

/** Requests of ioctl(2) on terminals, {@code asm-generic/ioctls.h} (ioctl_tty(2)). */
public final class Tty {

    public static final int TIOCSCTTY = 0x540e;
    public static final int TIOCGWINSZ = 0x5413;
    public static final int TIOCSWINSZ = 0x5414;
    /** Number of the pseudo-terminal. */
    public static final int TIOCGPTN = 0x80045430;
    /** Locks or unlocks the slave. */
    public static final int TIOCSPTLCK = 0x40045431;
    /** Opens the slave of a master without a path. */
    public static final int TIOCGPTPEER = 0x5441;

    private Tty() {
    }

    /** A {@code struct winsize} of characters. */
    public static Block winsize(int rows, int columns) {
        return Block.in(8).u16(0, rows).u16(2, columns);
    }
}
