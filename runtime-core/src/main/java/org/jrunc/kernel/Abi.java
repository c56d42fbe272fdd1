package org.jrunc.kernel;

/** The machine architectures jrunc runs on. They differ in system call numbers and in the agent's machine code. */
public enum Abi {
    /** AMD64, 64-bit mode. */
    X86_64,
    /** ARMv8-A, 64-bit mode. */
    AARCH64;

    private static final Abi CURRENT = of(System.getProperty("os.arch"));

    /** The architecture this JVM runs on. */
    public static Abi current() {
        return CURRENT;
    }

    private static Abi of(String arch) {
        if (arch.equals("amd64") || arch.equals("x86_64")) {
            return X86_64;
        }
        if (arch.equals("aarch64")) {
            return AARCH64;
        }
        throw new IllegalStateException("jrunc runs on x86_64 and aarch64, this JVM says " + arch);
    }
}
