package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ps}, field by field as runc has it. */
@ExtendWith(NothingLeftExtension.class)
class PsTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("ps");
    }

    @Test
    void theTableHasTheContainersProcessesAndNoOthers(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("sleep 1000 & exec sleep 2000"))) {
            container.started();
            Poll.until("both run", () -> ps(box, container).size() == 3);
            assertLinesMatch(List.of("UID +PID +PPID +C +STIME +TTY +TIME +CMD",
                    "root +" + container.init().pid() + " .*sleep 2000", "root +\\d+ +" + container.init().pid()
                            + " .*sleep 1000"), ps(box, container));
        }
    }

    private static List<String> ps(Sandbox box, Container container) {
        return box.runtime().command("ps", container.id()).run().ok().outLines();
    }

    @Test
    void everythingBehindTheIdIsForPs(Sandbox box) {
        try (Container container = box.container(box.bundle().args("sleep", "1000"))) {
            container.started();
            Result result = box.runtime().command("ps", container.id(), "-e", "-x").run().ok();
            assertLinesMatch(List.of(" +PID +TTY +STAT +TIME +COMMAND", " *" + container.init().pid() + " .*"),
                    result.outLines());
            result = box.runtime().command("ps", container.id(), "-o", "pid,comm").run().ok();
            assertEquals(2, result.outLines().size(), result::toString);
        }
    }

    @Test
    void jsonIsTheListOfPidsOrNull(Sandbox box) {
        try (Container container = box.container(box.bundle().args("sleep", "1000"))) {
            container.started();
            assertEquals("[" + container.init().pid() + "]\n",
                    box.runtime().command("ps", "--format", "json", container.id()).run().ok().out());
            assertEquals("[" + container.init().pid() + "]\n",
                    box.runtime().command("ps", "-f=json", container.id()).emptyEnvironment().run().ok().out());
            container.kill("KILL").ok();
            container.awaitStopped();
            assertEquals("null\n", box.runtime().command("ps", "-f", "json", container.id()).run().ok().out());
            assertEquals(1, ps(box, container).size());
        }
    }

    @Test
    void worksWithAnEmptyEnvironment(Sandbox box) {
        try (Container container = box.container(box.bundle().args("sleep", "1000"))) {
            container.started();
            assertEquals(2, box.runtime().command("ps", container.id()).emptyEnvironment().run().ok().outLines()
                    .size());
        }
    }

    @Test
    void whatPsCanNotDoIsItsOwnError(Sandbox box) {
        try (Container container = box.container(box.bundle().args("sleep", "1000"))) {
            container.started();
            box.runtime().command("ps", container.id(), "--bogus").run().failsWith("exit status 1: error: unknown gnu"
                    + " long option");
            box.runtime().command("ps", container.id(), "-o", "comm").run()
                    .failsWith("couldn't find PID field in ps output");
            box.runtime().command("ps", "-f", "xml", container.id()).run().failsWith("invalid format option");
            box.runtime().command("ps").run().failsWith("\\\"ps\\\" requires a minimum of 1 argument(s)");
            Path empty = box.newDirectory();
            box.runtime().command("ps", container.id()).env("PATH", empty.toString()).run()
                    .failsWith("can not run the host's ps");
        }
    }

    @Test
    void printsWhatRuncPrints(Sandbox box) {
        Needs.tool(RUNC.toString());
        Map<String, String> printed = new java.util.TreeMap<>();
        for (OciRuntime runtime : List.of(box.runtime(), box.runtime(RUNC))) {
            try (Container container = new Container(runtime, box.bundle().args("sleep", "1000"), box.newId())) {
                container.started();
                String all = "";
                for (List<String> flags : List.of(List.<String>of(), List.of("-x"), List.of("-o", "pid,args"))) {
                    List<String> words = new java.util.ArrayList<>(List.of("ps", container.id()));
                    words.addAll(flags);
                    all += runtime.command(words.toArray(String[]::new)).run().ok().out();
                }
                printed.put(runtime.kind().name(), all.replaceAll("\\b\\d+(:\\d+)*\\b", "N").replaceAll(" +", " "));
            }
        }
        assertEquals(printed.get("RUNC"), printed.get("JRUNC"));
        assertTrue(printed.get("RUNC").contains("PID"));
    }
}
