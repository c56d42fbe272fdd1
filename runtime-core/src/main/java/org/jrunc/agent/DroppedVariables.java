package org.jrunc.agent;

import java.util.List;

/**
 * The variables of the caller's environment that do not reach the runtime: those by which it could pass options or code
 * to the JVM, or make it or the dynamic linker print anything. Cold, the launcher drops them before there is a JVM.
 * Warm, nothing would come of them, but hooks inherit the caller's environment, and are to see the same one.
 */
public final class DroppedVariables {

    /** How they begin, as {@code name=value}. */
    static final List<String> BEGINNINGS = List.of("LD_", "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=",
            "_JAVA_LAUNCHER_DEBUG=", "CLASSPATH=");

    private DroppedVariables() {
    }

    /**
     * Whether one is among them.
     *
     * @param variable {@code name=value}
     */
    public static boolean contains(String variable) {
        for (String beginning : BEGINNINGS) {
            if (variable.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
