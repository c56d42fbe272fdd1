package org.jrunc.kernel;

/** The one primitive under the typed system calls: what a binding implements. */
public interface SystemCalls {

    /**
     * Makes a system call.
     *
     * @return its result, a negative error number when it failed
     */
    long invoke(Syscall call, Arg... arguments);

    /** Makes a system call that must succeed. */
    default long call(Syscall call, Arg... arguments) {
        return check(invoke(call, arguments), call, arguments);
    }

    /** Turns a negative result into an exception that names the call and its arguments. */
    default long check(long result, Syscall call, Arg... arguments) {
        if (result >= 0) {
            return result;
        }
        StringBuilder text = new StringBuilder();
        for (Arg argument : arguments) {
            text.append(text.isEmpty() ? "" : ", ").append(argument);
        }
        throw new KernelException(call.call(), text.toString(), (int) -result);
    }
}
