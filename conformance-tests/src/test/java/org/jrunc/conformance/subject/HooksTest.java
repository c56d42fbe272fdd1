package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** The six kinds of hooks, each at its time and in its order (config.md, POSIX-platform Hooks). */
class HooksTest {

    @EachRuntime
    void runInTheirOrderAtTheirTime(Sandbox box) throws IOException {
        Path record = box.newDirectory().resolve("record");
        Bundle bundle = box.bundle().bind(record.getParent(), record.getParent().toString(), "rw")
                .sh("echo program >> " + record + "; sleep 1000");
        for (String kind : List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart",
                "poststop")) {
            bundle.hook(kind, "echo " + kind + " 0 >> " + record).hook(kind, "echo " + kind + " 1 >> " + record);
        }
        try (Container container = box.container(bundle)) {
            container.create().ok();
            assertEquals(List.of("prestart 0", "prestart 1", "createRuntime 0", "createRuntime 1", "createContainer 0",
                    "createContainer 1"), Files.readAllLines(record));
            container.start().ok();
            Poll.until("the program and the hooks have run", () -> Shell.sh("wc -l < " + record).equals("11"));
            List<String> lines = Files.readAllLines(record);
            assertEquals(List.of("startContainer 0", "startContainer 1"), lines.subList(6, 8));
            assertEquals(List.of("poststart 0", "poststart 1", "program"),
                    lines.subList(8, 11).stream().sorted().toList());
            container.kill("KILL").ok();
            container.awaitStopped();
            assertEquals(11, Files.readAllLines(record).size());
            container.delete().ok();
            assertEquals(List.of("poststop 0", "poststop 1"), Files.readAllLines(record).subList(11, 13));
        }
    }

    @EachRuntime({"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    void getTheirArgumentsAndEnvironment(String kind, Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().bind(shared, shared.toString(), "rw").idle();
        // Inside, the shell is busybox, which goes by its own name.
        String name = kind.equals("startContainer") ? "sh" : "not-sh";
        bundle.add("/hooks/" + kind, Map.of("path", "/bin/sh", "args", List.of(name, "-c",
                "read -r line < /proc/self/cmdline; echo \"$line\" > " + shared + "/name; printf '%s|' \"$0\" \"$@\" > "
                        + shared + "/args; env > " + shared + "/env; : > " + shared + "/done", "an argument", "", "*"),
                "env", List.of("PATH=/bin:/usr/bin", "ONE=1 1", "TWO=")));
        try (Container container = box.container(bundle).started()) {
            if (kind.equals("poststop")) {
                container.delete("--force").ok();
            }
            Poll.until("the hook has run", () -> Files.exists(shared.resolve("done")));
        }
        assertTrue(Files.readString(shared.resolve("name")).startsWith(name));
        assertEquals("an argument||*|", Files.readString(shared.resolve("args")));
        List<String> env = Files.readAllLines(shared.resolve("env")).stream()
                .filter(l -> !l.matches("(PWD|SHLVL|_|OLDPWD)=.*")).sorted().toList();
        assertEquals(List.of("ONE=1 1", "PATH=/bin:/usr/bin", "TWO="), env);
    }

    @EachRuntime
    void aHookThatRunsPastItsTimeoutIsAnError(Sandbox box) {
        Bundle bundle = box.bundle().idle().add("/hooks/createRuntime",
                Map.of("path", "/bin/sh", "args", List.of("sh", "-c", "exec sleep 20"), "timeout", 1));
        try (Container container = box.container(bundle)) {
            Result result = container.create().refused();
            assertTrue(result.took().toSeconds() < 10, result::toString);
        }
    }
}
