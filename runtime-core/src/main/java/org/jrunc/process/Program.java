package org.jrunc.process;

import java.util.List;

/**
 * What the container's process is to execute, execve(2).
 *
 * @param path file, resolved against {@code PATH} in the container
 * @param argv argument vector, as configured
 * @param env  environment, {@code KEY=value}
 */
public record Program(String path, List<String> argv, List<String> env) {

    public Program {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
    }
}
