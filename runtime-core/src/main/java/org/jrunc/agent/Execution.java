package org.jrunc.agent;

import java.util.List;
import java.util.Optional;

/**
 * A program for an agent to run as its child.
 *
 * @param path      the file, as execve(2) takes it: no search in PATH
 * @param arguments its argv
 * @param env       its environ
 * @param directory its working directory; that of the agent if empty
 * @param stdin     descriptor of the agent to become 0; as the others, at least 3
 * @param stdout    descriptor of the agent to become 1
 * @param stderr    descriptor of the agent to become 2
 */
public record Execution(String path, List<String> arguments, List<String> env, Optional<String> directory, int stdin,
        int stdout, int stderr) {

    public Execution {
        arguments = List.copyOf(arguments);
        env = List.copyOf(env);
        if (stdin < 3 || stdout < 3 || stderr < 3) {
            throw new IllegalArgumentException("a descriptor below 3 would be overwritten before it is used");
        }
    }

    /** An upper limit of the bytes it takes in an agent's memory, records included. */
    long size() {
        return ForkExec.RECORDS + path.length() * 3L + (directory.isPresent() ? directory.get().length() * 3L : 0)
                + size(arguments) + size(env);
    }

    private static long size(List<String> strings) {
        long size = 16;
        for (String string : strings) {
            // A char is at most three bytes of UTF-8; then the NUL, the padding and the pointer.
            size += string.length() * 3L + 16;
        }
        return size;
    }
}
