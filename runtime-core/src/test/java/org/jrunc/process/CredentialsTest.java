package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Prctl;
import org.jrunc.namespace.IdMaps;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.namespace.Namespaces;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.User;
import org.junit.jupiter.api.Test;

class CredentialsTest extends InContainer {

    private static final String NONE = "0000000000000000";

    private final List<String> warnings = new ArrayList<>();

    @Test
    void setsUserGroupAndGroups() throws IOException {
        become(user(1000, 1001, 7L, 8L), Optional.empty());
        assertEquals("1000\t1000\t1000\t1000", container.status("Uid"));
        assertEquals("1001\t1001\t1001\t1001", container.status("Gid"));
        assertEquals("7 8", container.status("Groups"));
        assertEquals(0, container.kernel.prctl(Prctl.PR_GET_DUMPABLE, 0, 0, 0, 0));
    }

    @Test
    void dropsTheCallersGroupsUnlessTheyAreToStay() throws IOException {
        container.kernel.setgroups(5, 6);
        new Credentials(user(0, 0), true).apply(container.kernel);
        assertEquals("5 6", container.status("Groups"));
        become(user(1000, 1000), Optional.empty());
        assertEquals("", container.status("Groups"));
    }

    @Test
    void takesIdsAboveTheSignedRange() throws IOException {
        become(user(4294967294L, 4294967293L), Optional.empty());
        assertTrue(container.status("Uid").startsWith("4294967294\t"));
        assertThrows(RuntimeFailure.class, () -> new Credentials(user(4294967295L, 0), false));
        assertThrows(RuntimeFailure.class, () -> new Credentials(user(0, -1), false));
    }

    @Test
    void setsAllFiveCapabilitySets() throws IOException {
        become(user(1000, 1000), Optional.of(new Capabilities(List.of("CAP_KILL", "CAP_CHOWN", "CAP_NET_RAW"),
                List.of("CAP_CHOWN"), List.of("CAP_NET_RAW", "CAP_KILL"), List.of("CAP_CHOWN", "CAP_NET_RAW"),
                List.of("CAP_NET_RAW"))));
        assertEquals("0000000000002021", container.status("CapBnd"));
        assertEquals("0000000000000001", container.status("CapEff"));
        assertEquals("0000000000002020", container.status("CapInh"));
        assertEquals("0000000000002001", container.status("CapPrm"));
        assertEquals("0000000000002000", container.status("CapAmb"));
        assertEquals(List.of(), warnings);
    }

    @Test
    void rootHasNoneWithoutConfiguration() throws IOException {
        become(user(0, 0), Optional.empty());
        assertNoCapabilities();
    }

    @Test
    void emptySetsAreEmptyAlsoForRoot() throws IOException {
        become(user(0, 0), Optional.of(new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of())));
        assertNoCapabilities();
    }

    private void assertNoCapabilities() throws IOException {
        for (String set : List.of("CapBnd", "CapEff", "CapInh", "CapPrm", "CapAmb")) {
            assertEquals(NONE, container.status(set), set);
        }
    }

    @Test
    void warnsOnceOfAllUnknownCapabilities() throws IOException {
        become(user(0, 0), Optional.of(new Capabilities(List.of("CAP_NOPE", "CAP_CHOWN"), List.of("CAP_ALSO_NOPE"),
                List.of(), List.of("CAP_NOPE", "CAP_CHOWN"), List.of())));
        assertEquals(List.of("ignoring unknown or unavailable capabilities: [CAP_ALSO_NOPE CAP_NOPE]"
                + " (/process/capabilities)"), warnings);
        assertEquals("0000000000000001", container.status("CapPrm"));
    }

    @Test
    void warnsOfAnAmbientCapabilityThatIsNotInheritable() throws IOException {
        become(user(1000, 1000), Optional.of(new Capabilities(List.of("CAP_CHOWN", "CAP_KILL"), List.of(),
                List.of("CAP_KILL"), List.of("CAP_CHOWN", "CAP_KILL"), List.of("CAP_CHOWN", "CAP_KILL"))));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().startsWith("can't raise ambient capability CAP_CHOWN: operation not permitted"),
                warnings.getFirst());
        assertEquals("0000000000000020", container.status("CapAmb"));
    }

    @Test
    void saysWhichEffectiveCapabilityIsNotPermitted() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> become(user(0, 0), Optional.of(new Capabilities(
                List.of(), List.of("CAP_KILL"), List.of(), List.of(), List.of()))));
        assertTrue(e.getMessage().startsWith("unable to apply caps: /process/capabilities: capset("), e.getMessage());
        assertTrue(e.getMessage().endsWith("(CAP_KILL is effective but not permitted)"), e.getMessage());
    }

    @Test
    void namesUnmappedIds() {
        inUserNamespace(65536);
        fails("cannot setuid to unmapped uid 70000 in user namespace: /process/user/uid", user(70000, 0));
        fails("cannot setgid to unmapped gid 70000 in user namespace: /process/user/gid", user(0, 70000));
        fails("unable to set the supplementary groups: /process/user/additionalGids: setgroups(", user(0, 0, 70000L));
    }

    @Test
    void refusesGroupsWhereSetgroupsIsDenied() {
        Agent agent = container.agent;
        agent.kernel().unshare(0x10000000);
        write("/proc/" + agent.pid() + "/setgroups", "deny");
        write("/proc/" + agent.pid() + "/uid_map", "0 0 1");
        write("/proc/" + agent.pid() + "/gid_map", "0 0 1");
        fails("cannot set any additional groups in a rootless container: /process/user/additionalGids", user(0, 0, 5L));
        new Credentials(user(0, 0), false).apply(agent.kernel());
    }

    @Test
    void keepsNoCapabilitiesBeyondItsOwnChange() throws IOException {
        Credentials credentials = new Credentials(user(1000, 1000), false);
        credentials.apply(container.kernel);
        assertFalse(container.status("CapPrm").equals(NONE));
        credentials.release(container.kernel);
        assertEquals(0, container.kernel.prctl(7, 0, 0, 0, 0));
    }

    private void become(User user, Optional<Capabilities> capabilities) {
        CapabilitySets sets = new CapabilitySets(container.libc, capabilities,
                TestSpec.collecting(RuntimeLog.Level.WARNING, warnings));
        Credentials credentials = new Credentials(user, false);
        sets.dropBounding(container.kernel);
        credentials.apply(container.kernel);
        credentials.release(container.kernel);
        sets.apply(container.kernel);
    }

    private void fails(String text, User user) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> new Credentials(user, false).apply(container.kernel));
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }

    private void inUserNamespace(long size) {
        new Namespaces(container.libc, NamespacePlan.of(new TestSpec().withUser(0, 100000, size).build()),
                new IdMaps(container.libc, ""), RuntimeLog.NONE).enter(container.kernel, container.agent.pid());
    }

    private void write(String path, String text) {
        int fd = container.libc.openat(-100, path, 1, 0);
        container.libc.write(fd, text.getBytes());
        container.libc.close(fd);
    }

    private static User user(long uid, long gid, Long... groups) {
        return new User(uid, gid, OptionalLong.empty(), List.of(groups));
    }
}
