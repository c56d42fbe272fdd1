package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs in {@code src/test/c} for what neither Java nor a shell can do; compiled when first needed. */
final class CHelper {
    private CHelper() {
    }

    /** The static program made from a source file; skips the test on a machine without a compiler. */
    static synchronized Path build(String name) {
        Path base = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
        Path source = base.resolve("src/test/c").resolve(name + ".c");
        Path program = base.resolve("target/helpers").resolve(name);
        try {
            if (!Files.exists(program)
                    || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
                Needs.tool("gcc");
                Files.createDirectories(program.getParent());
                Shell.sh("gcc -O1 -Wall -Werror -static -o '" + program + "' '" + source + "'");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return program;
    }
}
