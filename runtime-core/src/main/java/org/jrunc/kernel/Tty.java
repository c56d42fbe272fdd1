package org.jrunc.kernel;

/** Requests of ioctl(2) on terminals, {@code asm-generic/ioctls.h} (ioctl_tty(2)). */
public final class Tty {

    /** Gets and sets the settings, a {@code struct termios} of the kernel. */
    public static final int TCGETS = 0x5401;
    public static final int TCSETS = 0x5402;
    public static final int TIOCSCTTY = 0x540e;
    public static final int TIOCGWINSZ = 0x5413;
    public static final int TIOCSWINSZ = 0x5414;
    /** Number of the pseudo-terminal. */
    public static final int TIOCGPTN = 0x80045430;
    /** Locks or unlocks the slave. */
    public static final int TIOCSPTLCK = 0x40045431;
    /** Opens the slave of a master without a path. */
    public static final int TIOCGPTPEER = 0x5441;

    /** {@code sizeof(struct termios)}: four flag words, line discipline, 19 control characters. */
    public static final int TERMIOS = 36;
    /** Offset of {@code c_oflag}. */
    public static final int OFLAG = 4;
    /** Output processing, {@code c_oflag}; the others need it. */
    public static final int OPOST = 0x1;
    /** Writes a newline as a carriage return and a newline. */
    public static final int ONLCR = 0x4;

    private Tty() {
    }

    /** A {@code struct winsize} of characters. */
    public static Block winsize(int rows, int columns) {
        return Block.in(8).u16(0, rows).u16(2, columns);
    }
}
