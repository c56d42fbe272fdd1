package org.jrunc.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.jrunc.process.TestSpec;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.TimeOffset;
import org.junit.jupiter.api.Test;

class NamespacePlanTest {

    @Test
    void tellsNewJoinedAndInheritedApart() {
        NamespacePlan plan = NamespacePlan.of(new TestSpec().withNew(NamespaceType.PID)
                .withJoined(NamespaceType.NETWORK, "/proc/1/ns/net").build());
        assertTrue(plan.isNew(NamespaceType.PID));
        assertFalse(plan.isJoined(NamespaceType.PID));
        assertTrue(plan.isJoined(NamespaceType.NETWORK));
        assertEquals(Optional.of("/proc/1/ns/net"), plan.path(NamespaceType.NETWORK));
        assertEquals("/linux/namespaces/1", plan.pointer(NamespaceType.NETWORK));
        assertTrue(plan.isInherited(NamespaceType.USER));
        assertFalse(plan.keepOriginalGroups());
    }

    @Test
    void refusesTheSameKindTwice() {
        fails("malformed spec file: duplicated ns \"pid\": /linux/namespaces/0 and /linux/namespaces/2",
                new TestSpec().withNew(NamespaceType.PID, NamespaceType.UTS, NamespaceType.PID));
    }

    @Test
    void refusesARelativePath() {
        fails("unable to join the network namespace: /linux/namespaces/0/path must be an absolute path, was \"net\"",
                new TestSpec().withJoined(NamespaceType.NETWORK, "net"));
    }

    @Test
    void refusesMapsWithoutUserNamespaceAndTheReverse() {
        TestSpec maps = new TestSpec();
        maps.uidMappings = List.of(new IdMapping(0, 1000, 1));
        fails("user namespace mappings specified, but user namespace isn't enabled in the config", maps);
        fails("user namespaces enabled, but no namespace path to join nor mappings to apply specified",
                new TestSpec().withNew(NamespaceType.USER));
        TestSpec half = new TestSpec().withUser(0, 1000, 1);
        half.gidMappings = List.of();
        fails("user namespaces enabled, but no namespace path to join nor mappings to apply specified:"
                + " /linux/gidMappings is empty", half);
    }

    @Test
    void wantsTheContainersRootMapped() {
        fails("user namespaces enabled, but no user mapping found: /linux/uidMappings does not map uid 0",
                new TestSpec().withUser(1, 1000, 10));
    }

    @Test
    void refusesTimeOffsetsThatHaveNowhereToGo() {
        TestSpec inherited = new TestSpec();
        inherited.timeOffsets.put("monotonic", new TimeOffset(1, 0));
        fails("time namespace offsets specified, but time namespace isn't enabled in the config", inherited);
        TestSpec joined = new TestSpec().withJoined(NamespaceType.TIME, "/proc/self/ns/time");
        joined.timeOffsets.put("monotonic", new TimeOffset(1, 0));
        fails("time namespace enabled, but both namespace path and time offsets specified", joined);
        TestSpec clock = new TestSpec().withNew(NamespaceType.TIME);
        clock.timeOffsets.put("realtime", new TimeOffset(1, 0));
        fails("unknown clock \"realtime\" in /linux/timeOffsets", clock);
    }

    @Test
    void refusesToRenameTheHost() {
        TestSpec host = new TestSpec();
        host.hostname = Optional.of("box");
        fails("unable to set hostname without a private UTS namespace", host);
        TestSpec domain = new TestSpec();
        domain.domainname = Optional.of("box");
        fails("unable to set domainname without a private UTS namespace", domain);
        NamespacePlan.of(host.withNew(NamespaceType.UTS).build());
    }

    @Test
    void knowsTheAnnotationThatKeepsGroups() {
        TestSpec spec = new TestSpec();
        spec.annotations.put("run.oci.keep_original_groups", "1");
        assertTrue(NamespacePlan.of(spec.build()).keepOriginalGroups());
    }

    private static void fails(String text, TestSpec spec) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> NamespacePlan.of(spec.build()));
        assertTrue(e.getMessage().contains(text), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }
}
