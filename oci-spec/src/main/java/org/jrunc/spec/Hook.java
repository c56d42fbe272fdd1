package org.jrunc.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A command to run (config.md, POSIX-platform Hooks).
 *
 * @param path    absolute path of the program
 * @param args    its argv, including argv[0]; empty if not given
 * @param env     its environment; absent and empty differ
 * @param timeout seconds after which it is killed
 */
public record Hook(String path, List<String> args, Optional<List<String>> env, OptionalLong timeout) {

    public Hook {
        args = List.copyOf(args);
        env = env.isPresent() ? Optional.of(List.copyOf(env.get())) : env;
    }
}
