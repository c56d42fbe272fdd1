package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code linux.memoryPolicy} (config-linux.md, Memory policy), as numa_maps shows it of the container's process. */
@ExtendWith(NothingLeftExtension.class)
class MemoryPolicyTest {

    @BeforeEach
    void needs(Sandbox box) {
        Needs.root();
        Needs.file("/proc/self/numa_maps");
        Needs.jrunc(box, "the releases beside it know no memoryPolicy");
    }

    private static Bundle with(Sandbox box, String mode, String nodes, String... flags) {
        return box.bundle().set("/linux/memoryPolicy", nodes == null ? Map.of("mode", mode, "flags", List.of(flags))
                : Map.of("mode", mode, "nodes", nodes, "flags", List.of(flags)))
                .sh("awk '{print $2}' /proc/1/numa_maps | sort | uniq -c | sort -rn | head -1 | awk '{print $2}'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"MPOL_DEFAULT||default", "MPOL_LOCAL||local", "MPOL_BIND|0|bind:0",
            "MPOL_PREFERRED|0|prefer:0", "MPOL_INTERLEAVE|0|interleave:0", "MPOL_PREFERRED_MANY|0|prefer (many):0"})
    void everyModeIsSet(String mode, String nodes, String expected, Sandbox box) {
        String policy = box.run(with(box, mode, nodes)).ok().out().strip();
        // The name of prefer (many) has a space of its own.
        assertTrue(expected.startsWith(policy) && !policy.isEmpty(), policy);
    }

    @Test
    void flagsAreSet(Sandbox box) {
        String policy = box.run(with(box, "MPOL_BIND", "0", "MPOL_F_STATIC_NODES")).ok().out().strip();
        assertTrue(policy.equals("bind=static:0"), policy);
    }

    @Test
    void whatCanNotBeIsNamedBeforeAnythingHappens(Sandbox box) {
        box.run(with(box, "MPOL_SOMETIMES", "0")).failsWith("invalid memory policy mode", "/linux/memoryPolicy/mode");
        box.run(with(box, "MPOL_BIND", "0", "MPOL_F_ALWAYS")).failsWith("invalid memory policy flag",
                "/linux/memoryPolicy/flags");
        box.run(with(box, "MPOL_BIND", "3-1")).failsWith("invalid memory policy node", "invalid range: 3-1");
        box.run(with(box, "MPOL_BIND", null)).failsWith("invalid memory policy", "at least one node");
        box.run(with(box, "MPOL_LOCAL", "0")).failsWith("invalid memory policy", "/linux/memoryPolicy/nodes");
        box.run(with(box, "MPOL_BIND", "1000")).failsWith("invalid memory policy", "/linux/memoryPolicy");
    }
}
