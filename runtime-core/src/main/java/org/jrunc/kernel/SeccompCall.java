package org.jrunc.kernel;

/** Operations and flags of seccomp(2), {@code linux/seccomp.h}, and its argument. */
public final class SeccompCall {

    public static final int SECCOMP_SET_MODE_FILTER = 1;
    public static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    public static final int SECCOMP_FILTER_FLAG_LOG = 2;
    public static final int SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
    public static final int SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    public static final int SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

    /** {@code sizeof(struct sock_filter)}. */
    private static final int INSTRUCTION = 8;

    private SeccompCall() {
    }

    /** The arguments that load a program, {@code struct sock_filter[]}, in a {@code struct sock_fprog}. */
    public static Arg[] load(byte[] program, int flags) {
        Block fprog = Block.in(16).u16(0, program.length / INSTRUCTION).point(8, Block.in(program));
        return new Arg[] {Arg.of(SECCOMP_SET_MODE_FILTER), Arg.of(flags), fprog};
    }

    /**
     * Whether the kernel knows these flags; loads nothing.
     *
     * @throws KernelException when it has no filters at all (ENOSYS, EINVAL without flags)
     */
    public static boolean knows(Kernel kernel, int flags) {
        // The flags are looked at before the program, which is at address 0: EFAULT is the best answer.
        long result = kernel.invoke(Syscall.SECCOMP, Arg.of(SECCOMP_SET_MODE_FILTER), Arg.of(flags), Arg.none());
        if (result == -Errno.EINVAL && flags != 0) {
            return false;
        }
        if (result != -Errno.EFAULT) {
            kernel.check(result, Syscall.SECCOMP, Arg.of(SECCOMP_SET_MODE_FILTER), Arg.of(flags));
        }
        return true;
    }
}
