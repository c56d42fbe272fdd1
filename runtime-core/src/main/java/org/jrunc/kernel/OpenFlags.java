package org.jrunc.kernel;

/**
 * Flags of openat(2), openat2(2) and the other calls of the {@code *at} family, {@code asm/fcntl.h},
 * {@code linux/openat2.h}.
 */
public final class OpenFlags {

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NOCTTY = 0x100;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;
    /** One of the few flags whose value depends on the architecture. */
    public static final int O_DIRECTORY = Abi.current() == Abi.AARCH64 ? 0x4000 : 0x10000;
    /** One of the few flags whose value depends on the architecture. */
    public static final int O_NOFOLLOW = Abi.current() == Abi.AARCH64 ? 0x8000 : 0x20000;

    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_EACCESS = 0x200;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    public static final int RESOLVE_NO_XDEV = 0x01;
    public static final int RESOLVE_NO_MAGICLINKS = 0x02;
    public static final int RESOLVE_NO_SYMLINKS = 0x04;
    public static final int RESOLVE_BENEATH = 0x08;
    public static final int RESOLVE_IN_ROOT = 0x10;

    private OpenFlags() {
    }
}
