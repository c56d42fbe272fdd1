package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;

/** {@code process}: the program, its arguments, environment and directory (config.md, Process). */
class ProcessTest {

    @EachRuntime
    void theArgumentsArriveAsTheyAre(Sandbox box) {
        Bundle bundle = box.bundle().args("printf", "[%s]", "", "a b", "$HOME", "'\"\\", "ä€𝄞", "line\nbreak",
                "--");
        assertEquals("[][a b][$HOME]['\"\\][ä€𝄞][line\nbreak][--]", box.run(bundle).ok().out());
    }

    @EachRuntime
    void theEnvironmentIsTheConfiguredOne(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/env", List.of("Z=1", "PATH=/bin", "A=a b=c", "EMPTY=", "HOME=/"))
                .args("env");
        assertEquals(List.of("A=a b=c", "EMPTY=", "HOME=/", "PATH=/bin", "Z=1"),
                box.run(bundle).ok().outLines().stream().sorted().toList());
    }

    @EachRuntime
    void theWorkingDirectoryIsTheConfiguredOne(Sandbox box) {
        assertEquals("/usr\n", box.run(box.bundle().set("/process/cwd", "/usr").args("pwd")).ok().out());
    }

    @EachRuntime
    void theExitCodeIsTheProgramsOne(Sandbox box) {
        box.run(box.bundle().sh("exit 42")).exits(42);
    }

    @EachRuntime
    void itHasATerminalOnlyWhenAskedFor(Sandbox box) {
        assertEquals("no\n", box.run(box.bundle().sh("tty -s || echo no")).ok().out());
    }

    @EachRuntime({"false", "true"})
    void noNewPrivilegesIsAsConfigured(String value, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/noNewPrivileges", Boolean.valueOf(value))
                .sh("grep NoNewPrivs /proc/self/status");
        assertEquals("NoNewPrivs:\t" + (value.equals("true") ? 1 : 0) + "\n", box.run(bundle).ok().out());
    }
}
