package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles and runs a C program that knows the headers of this machine. */
final class CProbe {

    private CProbe() {
    }

    /** What the program writes to stdout; skips the test where there is no C compiler. */
    static byte[] run(Path dir, String source) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
        Path file = Files.writeString(dir.resolve("probe.c"), source);
        Path binary = dir.resolve("probe");
        Process compiler = new ProcessBuilder("gcc", "-w", "-o", binary.toString(), file.toString())
                .redirectErrorStream(true).start();
        String complaints = new String(compiler.getInputStream().readAllBytes());
        assertEquals(0, compiler.waitFor(), complaints);
        Process probe = new ProcessBuilder(binary.toString()).start();
        return probe.getInputStream().readAllBytes();
    }
}
