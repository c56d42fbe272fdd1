package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** PID namespaces: the program is process 1 and sees its own processes only. */
@ExtendWith(NothingLeftExtension.class)
class PidNamespaceTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void theProgramIsProcess1(Sandbox box) {
        assertEquals("1\n", box.sh("echo $$"));
    }

    @Test
    void psShowsOnlyTheContainersProcesses(Sandbox box) {
        List<String> lines = box.sh("sleep 5 & ps -o pid,args; true").lines().map(String::strip).toList();
        assertEquals(List.of("PID   COMMAND", "1 /bin/sh -c sleep 5 & ps -o pid,args; true"),
                lines.subList(0, 2).stream().map(l -> l.replaceAll("^1 +", "1 ")).toList());
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.stream().skip(1).allMatch(l -> Integer.parseInt(l.split(" ")[0]) < 20), lines::toString);
    }

    @Test
    void theFirstChildIsTheSecondProcessWhoeverSetItUp(Sandbox box) {
        int child = Integer.parseInt(box.sh("sh -c 'echo $$' && :").strip());
        assertTrue(child < 10, "pid " + child + ": few processes came before it");
    }

    @Test
    void processesDieWithProcess1(Sandbox box) {
        Bundle bundle = box.bundle().sh("setsid sleep 7654321 & exit 0");
        box.run(bundle).ok();
        assertFalse(Proc.all().stream().anyMatch(p -> p.commandLine().equals("sleep 7654321") && p.alive()));
    }

    @Test
    void withoutANamespaceThePidIsTheHosts(Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("pid").sh("echo pid $$; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("pid " + container.init().pid() + "\n");
        }
    }

    @Test
    void canBeJoinedByPath(Sandbox box) {
        Namespaces.assertJoinable(box, "pid", false, b -> { }, c -> { }, b -> { },
                "test $$ -gt 1; ps -o args | grep -c '^/bin/sh -c trap'", "1\n");
    }

    @Test
    void whatJoinedIsSeenByTheOthersInIt(Sandbox box) {
        try (Container holder = box.container(box.bundle().idle()).started()) {
            Bundle joiner = box.bundle().namespace("pid", "/proc/" + holder.init().pid() + "/ns/pid")
                    .args("sleep", "2345678");
            try (Container second = box.container(joiner).started()) {
                assertEquals(2, second.init().status("NSpid").orElseThrow().split(" ").length);
                String inside = Shell.sh("nsenter -p -m -t " + holder.init().pid() + " /bin/ps -o args");
                assertTrue(inside.contains("sleep 2345678"), inside);
                second.kill("KILL").ok();
                second.awaitStopped();
                assertEquals("running", holder.status());
            }
        }
    }
}
