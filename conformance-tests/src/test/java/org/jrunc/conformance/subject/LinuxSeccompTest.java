package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;

/** {@code linux.seccomp} (config-linux.md, Seccomp). */
class LinuxSeccompTest {

    @EachRuntime
    void aCallFailsAndTheOthersWork(Sandbox box) {
        Bundle bundle = filtered(box, Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_ERRNO"))
                .sh("mkdir /opt/dir 2>&1; touch /opt/file && ls /opt");
        assertEquals("mkdir: can't create directory '/opt/dir': Operation not permitted\nfile\n",
                box.run(bundle).ok().out());
    }

    @EachRuntime
    void aCallFailsWithTheErrnoThatIsAskedFor(Sandbox box) {
        Bundle bundle = filtered(box, Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_ERRNO",
                "errnoRet", 28)).sh("mkdir /opt/dir 2>&1");
        assertTrue(box.run(bundle).out().contains("No space left on device"));
    }

    @EachRuntime
    void aCallThatKillsKills(Sandbox box) {
        Bundle bundle = filtered(box, Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_KILL"))
                .sh("mkdir /opt/dir; echo $?");
        assertEquals("159\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void aNameThatIsNoCallIsIgnored(Sandbox box) {
        Bundle bundle = filtered(box, Map.of("names", List.of("no_such_call", "mkdir", "mkdirat"), "action",
                "SCMP_ACT_ERRNO")).sh("mkdir /opt/dir 2>/dev/null || echo no");
        assertEquals("no\n", box.run(bundle).ok().out());
    }

    private static Bundle filtered(Sandbox box, Map<String, Object> rule) {
        return box.bundle().set("/linux/seccomp", Map.of("defaultAction", "SCMP_ACT_ALLOW", "syscalls",
                List.of(rule)));
    }
}
