package org.jrunc.kernel;

/** Calls that are made at once, for kernels that nothing is saved with. */
final class ImmediateCalls implements CallSequence {

    /**
     * What a call that has failed answers where that ends nothing: this and the error number, and this alone if it was
     * not made. No descriptor is that large.
     */
    private static final int FAILED = 0x7f5b_0000;
    private static final int ERRORS = 4096;

    private final Kernel kernel;
    private final boolean independent;

    ImmediateCalls(Kernel kernel, boolean independent) {
        this.kernel = kernel;
        this.independent = independent;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        if (independent) {
            return attempt(call, arguments);
        }
        for (Arg argument : arguments) {
            if (isFailure(argument.number())) {
                kernel.check(FAILED - argument.number(), call, arguments);
            }
        }
        return kernel.invoke(call, arguments);
    }

    @Override
    public long check(long result, Syscall call, Arg... arguments) {
        return kernel.check(result, call, arguments);
    }

    @Override
    public Kernel anyway() {
        return new Anyway();
    }

    /** Calls of which a failure ends nothing. */
    private final class Anyway implements Kernel {
        @Override
        public long invoke(Syscall call, Arg... arguments) {
            return attempt(call, arguments);
        }
    }

    private long attempt(Syscall call, Arg... arguments) {
        for (Arg argument : arguments) {
            if (isFailure(argument.number())) {
                return FAILED;
            }
        }
        long result = kernel.invoke(call, arguments);
        return result < 0 ? FAILED - result : result;
    }

    private static boolean isFailure(long answer) {
        return answer >= FAILED && answer < FAILED + ERRORS;
    }

    @Override
    public void run() {
        // All is done.
    }

    @Override
    public int result(int answer) {
        if (!isFailure(answer)) {
            return answer;
        }
        return answer == FAILED ? NOT_MADE : FAILED - answer;
    }
}
