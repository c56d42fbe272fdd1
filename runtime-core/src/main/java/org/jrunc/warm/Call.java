package org.jrunc.warm;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a client was called.
 *
 * @param program     argv[0]
 * @param arguments   the words after it
 * @param environment its environment
 * @param cwd         its working directory
 */
public record Call(String program, List<String> arguments, Map<String, String> environment, Path cwd) {
}
