package org.jrunc.kernel;

/** Flags of memfd_create(2) and of file seals, fcntl(2). */
public final class MemfdFlags {

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;
    /** Linux 6.3: a file nobody may execute, and needed where {@code vm.memfd_noexec} is 2. */
    public static final int MFD_NOEXEC_SEAL = 8;
    /** Linux 6.3: needed where {@code vm.memfd_noexec} is 1. */
    public static final int MFD_EXEC = 0x10;

    public static final int F_ADD_SEALS = 1033;
    public static final int F_SEAL_SEAL = 1;
    public static final int F_SEAL_SHRINK = 2;
    public static final int F_SEAL_GROW = 4;
    public static final int F_SEAL_WRITE = 8;

    private MemfdFlags() {
    }
}
