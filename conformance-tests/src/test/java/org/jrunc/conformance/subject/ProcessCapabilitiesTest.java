package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;

/** {@code process.capabilities}: five sets, each by itself (config.md, Linux Process). */
class ProcessCapabilitiesTest {

    @EachRuntime
    void eachSetIsAsConfigured(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/capabilities", Map.of(
                "bounding", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"),
                "permitted", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETUID"),
                "effective", List.of("CAP_CHOWN", "CAP_KILL"),
                "inheritable", List.of("CAP_CHOWN", "CAP_SETUID"),
                "ambient", List.of("CAP_CHOWN")));
        // At root's execve permitted and effective become bounding and inheritable; so look as a user.
        bundle.set("/process/user/uid", 1000).args("grep", "^Cap", "/proc/self/status");
        assertEquals("""
                CapInh:\t0000000000000081
                CapPrm:\t0000000000000001
                CapEff:\t0000000000000001
                CapBnd:\t00000000000020a1
                CapAmb:\t0000000000000001
                """, box.run(bundle).ok().out());
    }

    @EachRuntime
    void rootHasItsBoundingSetAndNoMore(Sandbox box) {
        for (List<String> names : List.of(List.of("CAP_CHOWN"), List.<String>of())) {
            Bundle bundle = box.bundle().capabilities(names).sh("grep -E '^Cap(Eff|Bnd)' /proc/self/status | cut -f2");
            String mask = "000000000000000" + names.size() + "\n";
            assertEquals(mask + mask, box.run(bundle).ok().out());
        }
    }
}
