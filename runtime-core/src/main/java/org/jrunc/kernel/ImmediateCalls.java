package org.jrunc.kernel;

/** Calls that are made at once, for kernels that nothing is saved with. */
final class ImmediateCalls implements CallSequence {

    private final Kernel kernel;
    private final boolean independent;

    ImmediateCalls(Kernel kernel, boolean independent) {
        this.kernel = kernel;
        this.independent = independent;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        return kernel.invoke(call, arguments);
    }

    @Override
    public long check(long result, Syscall call, Arg... arguments) {
        return independent ? result : kernel.check(result, call, arguments);
    }

    @Override
    public void run() {
        // All is done.
    }

    @Override
    public int result(int answer) {
        return answer;
    }
}
