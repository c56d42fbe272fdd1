package org.jrunc.kernel;

/** Flags of openat(2), openat2(2) and of the calls that take {@code AT_*}: the same on x86_64, see {@link #O_DIRECTORY}. */
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
    /** These two have other values on aarch64, {@code asm/fcntl.h}. */
    public static final int O_DIRECTORY = Abi.current() == Abi.AARCH64 ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = Abi.current() == Abi.AARCH64 ? 0x8000 : 0x20000;

    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    public static final int RESOLVE_NO_XDEV = 1;
    public static final int RESOLVE_NO_MAGICLINKS = 2;
    public static final int RESOLVE_NO_SYMLINKS = 4;
    public static final int RESOLVE_BENEATH = 8;
    public static final int RESOLVE_IN_ROOT = 0x10;

    private OpenFlags() {
    }
}
