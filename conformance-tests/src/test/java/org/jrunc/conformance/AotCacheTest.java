package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever a cold command loads of jrunc is in the AOT cache that the launcher chooses for it. A class that is not costs a
 * quarter of a millisecond at each start, and nobody else would notice.
 */
@ExtendWith(NothingLeftExtension.class)
class AotCacheTest {

    private static final String FROM_MODULES = "source: jrt:/org.jrunc";

    @BeforeAll
    static void needs() {
        Needs.root();
        assumeTrue(Files.exists(OciRuntime.executableUnderTest().resolveSibling("java")),
                "the runtime under test is no runtime image of jrunc");
    }

    @Test
    void commandsFindTheirClassesInIt(Sandbox box) throws IOException {
        Path log = box.dir().resolve("classes");
        OciRuntime runtime = box.runtime().withExecutable(telling(box, log));
        String bundle = box.bundle().idle().save().dir().toString();
        String ends = box.bundle().args("/bin/true").save().dir().toString();
        String id = box.newId();
        String other = box.newId();
        List<List<String>> commands = List.of(List.of("create", "--bundle", bundle, id), List.of("state", id),
                List.of("start", id), List.of("state", id), List.of("list"), List.of("exec", id, "/bin/true"),
                List.of("exec", "--detach", id, "/bin/true"), List.of("ps", id), List.of("pause", id),
                List.of("resume", id), List.of("update", "--pids-limit", "50", id), List.of("kill", id, "KILL"),
                List.of("delete", "--force", id), List.of("run", "--detach", "--bundle", bundle, other),
                List.of("delete", "--force", other), List.of("run", "--bundle", ends, other), List.of("--version"));
        for (List<String> command : commands) {
            Files.deleteIfExists(log);
            Result result = runtime.command(command.toArray(String[]::new)).env("JRUNC_WARM", "off").run();
            assertEquals(0, result.exit(), () -> command + ": " + result.err());
            assertEquals(List.of(), Files.readAllLines(log).stream().filter(line -> line.contains(FROM_MODULES)).toList(),
                    command::toString);
        }
    }

    /** The image under test, whose JVM writes down which classes it loads and where from. */
    private static Path telling(Sandbox box, Path log) throws IOException {
        Path launcher = OciRuntime.executableUnderTest();
        Path image = Files.createDirectory(box.dir().resolve("image"));
        Path bin = Files.createDirectory(image.resolve("bin"));
        Files.createSymbolicLink(image.resolve("lib"), launcher.resolveSibling("../lib").toRealPath());
        Path java = Files.writeString(bin.resolve("java"), """
                #!/bin/bash
                # What comes before -m are the JVM's options.
                options=()
                while [ "$1" != -m ]; do options+=("$1"); shift; done
                exec %s "${options[@]}" -Xlog:class+load:file=%s "$@"
                """.formatted(launcher.resolveSibling("java"), log));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Files.copy(launcher, bin.resolve("jrunc"));
    }
}
