package org.jrunc.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Netdevice;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.process.TestSpec;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.TimeOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NamespacesTest {

    private final LibcKernel libc = new LibcKernel();
    private final List<Agent> spawned = new ArrayList<>();
    private final List<Agent> forked = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void needsRoot() {
        TestSpec.requireRoot();
    }

    @AfterEach
    void end() {
        // In reverse: the first process of a pid namespace does not end before the others in it are reaped.
        for (Agent agent : forked.reversed()) {
            agent.killAndReap();
        }
        for (Agent agent : spawned) {
            agent.killAndReap();
            agent.closeRegion();
        }
    }

    @ParameterizedTest
    @EnumSource(NamespaceType.class)
    void makesEachKind(NamespaceType type) throws IOException {
        TestSpec spec = type == NamespaceType.USER ? new TestSpec().withUser(0, 100000, 65536)
                : new TestSpec().withNew(type);
        Agent child = child(enter(spec));
        for (NamespaceType other : NamespaceType.values()) {
            if (other == type) {
                assertNotEquals(own(other), of(child, other));
            } else {
                assertEquals(own(other), of(child, other));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NamespaceType.class)
    void joinsEachKindByPath(NamespaceType type) throws IOException {
        TestSpec spec = type == NamespaceType.USER ? new TestSpec().withUser(0, 100000, 65536)
                : new TestSpec().withNew(type);
        Agent first = child(enter(spec));
        String path = "/proc/" + first.pid() + "/ns/" + Kinds.file(type);
        Agent second = child(enter(new TestSpec().withJoined(type, path)));
        assertEquals(of(first, type), of(second, type));
        assertNotEquals(own(type), of(second, type));
    }

    @Test
    void entersAllThoseOfAnotherProcess() throws IOException {
        TestSpec spec = new TestSpec().withNew(NamespaceType.PID, NamespaceType.NETWORK, NamespaceType.MOUNT,
                NamespaceType.IPC, NamespaceType.UTS, NamespaceType.CGROUP, NamespaceType.TIME)
                .withUser(0, 100000, 65536);
        Agent first = child(enter(spec));
        Agent second = child(enterThoseOf(first, spec));
        for (NamespaceType type : NamespaceType.values()) {
            assertEquals(of(first, type), of(second, type), type.value());
        }
        assertEquals("100000", status(second, "Uid:").split("\\s+")[0]);
        assertEquals("", status(second, "Groups:"));
        assertEquals(0, second.kernel().prctl(Prctl.PR_GET_DUMPABLE, 0, 0, 0, 0));
        assertEquals(descriptors(first), descriptors(second));
    }

    /** By a single call where the kernel can do that; else, and when that fails, one by one. */
    @Test
    void entersThemByOneCallOrOneByOne() {
        TestSpec spec = new TestSpec().withNew(NamespaceType.NETWORK, NamespaceType.MOUNT, NamespaceType.UTS);
        RecordingKernel kernel = new RecordingKernel();
        NamespacePlan plan = NamespacePlan.of(spec.build()).joining(42);
        new Namespaces(libc, plan, new IdMaps(libc, ""), RuntimeLog.NONE).enter(kernel, 7, 42);
        assertEquals(1, kernel.lines().stream().filter(l -> l.startsWith("setns")).count(), () -> "" + kernel.lines());
        assertTrue(kernel.lines().getFirst().startsWith("prctl(4, 0"), () -> "undumpable first: " + kernel.lines());

        RecordingKernel old = new RecordingKernel().answerOnce(Syscall.SETNS, "", -Errno.EINVAL)
                .answer(Syscall.IOCTL, "/ns/net", Clone.CLONE_NEWNET)
                .answer(Syscall.IOCTL, "/ns/mnt", Clone.CLONE_NEWNS)
                .answer(Syscall.IOCTL, "/ns/uts", Clone.CLONE_NEWUTS);
        new Namespaces(libc, plan, new IdMaps(libc, ""), RuntimeLog.NONE).enter(old, 7, 42);
        assertEquals(4, old.lines().stream().filter(l -> l.startsWith("setns")).count(), () -> "" + old.lines());
        assertTrue(old.lines().stream().anyMatch(l -> l.startsWith("openat") && l.contains("/proc/42/ns/mnt")));
    }

    @Test
    void whereTheMountNamespaceIsInheritedTheRootIsThatOfTheOther() {
        RecordingKernel kernel = new RecordingKernel();
        new Namespaces(libc, NamespacePlan.of(new TestSpec().withNew(NamespaceType.UTS).build()).joining(42),
                new IdMaps(libc, ""), RuntimeLog.NONE).enter(kernel, 7, 42);
        assertTrue(kernel.lines().getFirst().contains("/proc/42/root"), () -> "" + kernel.lines());
        assertTrue(kernel.lines().stream().anyMatch(l -> l.startsWith("chroot(\".\")")), () -> "" + kernel.lines());
    }

    @Test
    void makesAllAtOnceAndIsTheFirstProcess() throws IOException {
        TestSpec spec = new TestSpec().withNew(NamespaceType.PID, NamespaceType.NETWORK, NamespaceType.MOUNT,
                NamespaceType.IPC, NamespaceType.UTS, NamespaceType.CGROUP, NamespaceType.TIME)
                .withUser(0, 100000, 65536);
        Agent child = child(enter(spec));
        assertEquals(1, child.kernel().getpid());
        assertEquals(0, child.kernel().geteuid());
        for (NamespaceType type : NamespaceType.values()) {
            assertNotEquals(own(type), of(child, type), type.value());
        }
        assertEquals(List.of("0", "100000", "65536"), words(child, "uid_map"));
        assertTrue(status(child, "Uid:").startsWith("100000\t100000"));
        assertEquals("", status(child, "Groups:"));
    }

    @Test
    void joinsAllOfAnotherContainerWhoseUserNamespaceOwnsThem() throws IOException {
        Agent first = child(enter(new TestSpec().withUser(0, 100000, 65536).withNew(NamespaceType.PID,
                NamespaceType.NETWORK, NamespaceType.MOUNT, NamespaceType.IPC, NamespaceType.UTS,
                NamespaceType.CGROUP, NamespaceType.TIME)));
        TestSpec spec = new TestSpec();
        for (NamespaceType type : NamespaceType.values()) {
            spec.withJoined(type, "/proc/" + first.pid() + "/ns/" + Kinds.file(type));
        }
        spec.uidMappings = List.of(new IdMapping(0, 100000, 65536));
        spec.gidMappings = spec.uidMappings;
        Agent second = child(enter(spec));
        for (NamespaceType type : NamespaceType.values()) {
            assertEquals(of(first, type), of(second, type), type.value());
        }
        assertEquals(2, second.kernel().getpid());
        assertEquals(1, warnings.size());
    }

    @Test
    void joinsANetworkThatTheNewUserNamespaceDoesNotOwn() throws IOException {
        Agent first = child(enter(new TestSpec().withNew(NamespaceType.NETWORK)));
        Agent second = child(enter(new TestSpec().withUser(0, 100000, 65536)
                .withJoined(NamespaceType.NETWORK, "/proc/" + first.pid() + "/ns/net")));
        assertEquals(of(first, NamespaceType.NETWORK), of(second, NamespaceType.NETWORK));
        assertNotEquals(own(NamespaceType.USER), of(second, NamespaceType.USER));
    }

    @Test
    void joinsABoundNamespaceFileThatOutlivesItsProcesses(@TempDir Path dir) throws IOException {
        Path file = Files.createFile(dir.resolve("uts"));
        TestSpec spec = new TestSpec().withNew(NamespaceType.UTS);
        spec.hostname = Optional.of("survivor");
        Agent first = child(enter(spec));
        libc.mount("/proc/" + first.pid() + "/ns/uts", file.toString(), "", 0x1000, "");
        try {
            forked.remove(first);
            first.killAndReap();
            Agent second = child(enter(new TestSpec().withJoined(NamespaceType.UTS, file)));
            assertEquals("survivor", hostname(second));
        } finally {
            libc.umount2(file.toString(), 2);
        }
    }

    @Test
    void namesHostAndDomainInsideOnly() throws IOException {
        String before = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        TestSpec spec = new TestSpec().withNew(NamespaceType.UTS);
        spec.hostname = Optional.of("box");
        spec.domainname = Optional.of("example");
        Agent child = child(enter(spec));
        assertEquals("box", hostname(child));
        assertEquals("example", read(child, "/proc/sys/kernel/domainname"));
        assertEquals(before, Files.readString(Path.of("/proc/sys/kernel/hostname")));
    }

    @Test
    void setsLoopbackUpInANewNetworkNamespace() {
        Agent child = child(enter(new TestSpec().withNew(NamespaceType.NETWORK)));
        int socket = child.kernel().socket(2, 2, 0);
        Block request = Netdevice.ifreq("lo");
        child.kernel().ioctl(socket, Netdevice.SIOCGIFFLAGS, request);
        assertEquals(Netdevice.IFF_UP, request.u16(Netdevice.IFR_FLAGS) & Netdevice.IFF_UP);
    }

    @Test
    void shiftsTheClocksOfATimeNamespace() {
        TestSpec spec = new TestSpec().withNew(NamespaceType.TIME);
        spec.timeOffsets.put("monotonic", new TimeOffset(7881, 2718281));
        spec.timeOffsets.put("boottime", new TimeOffset(1337, 3141519));
        Agent child = child(enter(spec));
        assertEquals("monotonic 7881 2718281 boottime 1337 3141519", offsets(child));
    }

    @Test
    void shiftsTheClocksOfATimeNamespaceOwnedByAUserNamespace() {
        TestSpec spec = new TestSpec().withUser(0, 100000, 65536).withNew(NamespaceType.TIME, NamespaceType.MOUNT);
        spec.timeOffsets.put("boottime", new TimeOffset(-1, 5));
        Agent child = child(enter(spec));
        assertEquals("monotonic 0 0 boottime -1 5", offsets(child));
    }

    @Test
    void refusesOffsetsThatTheKernelRefuses() {
        TestSpec spec = new TestSpec().withNew(NamespaceType.TIME);
        spec.timeOffsets.put("monotonic", new TimeOffset(0, 1_000_000_000));
        fails("failed to update timens_offsets: /linux/timeOffsets: write(", spec);
    }

    @Test
    void refusesAFileOfTheWrongType(@TempDir Path dir) throws IOException {
        fails("unable to join the network namespace: /linux/namespaces/1/path \"/proc/self/ns/uts\": this is a"
                + " namespace of type uts, the configuration says network",
                new TestSpec().withNew(NamespaceType.PID).withJoined(NamespaceType.NETWORK, "/proc/self/ns/uts"));
        Path file = Files.createFile(dir.resolve("file"));
        fails("this is a file and not a namespace file", new TestSpec().withJoined(NamespaceType.IPC, file));
        fails("this is a directory and not a namespace file", new TestSpec().withJoined(NamespaceType.IPC, dir));
        fails("ENOENT (no such namespace file", new TestSpec().withJoined(NamespaceType.IPC, dir.resolve("none")));
    }

    @Test
    void leavesNothingOpenAndIsUndumpable() {
        Agent agent = agent();
        int before = descriptors(agent);
        enter(agent, new TestSpec().withUser(0, 100000, 65536).withNew(NamespaceType.NETWORK)
                .withJoined(NamespaceType.IPC, "/proc/self/ns/ipc"));
        assertEquals(before, descriptors(agent));
        assertEquals(0, agent.kernel().prctl(Prctl.PR_GET_DUMPABLE, 0, 0, 0, 0));
    }

    @Test
    void isUndumpableAlsoWithoutUserNamespace() {
        Agent agent = enter(new TestSpec().withNew(NamespaceType.UTS));
        assertEquals(0, agent.kernel().prctl(Prctl.PR_GET_DUMPABLE, 0, 0, 0, 0));
    }

    @Test
    void refusesAPathBesideOtherMappings() {
        Agent first = child(enter(new TestSpec().withUser(0, 100000, 65536)));
        TestSpec spec = new TestSpec().withJoined(NamespaceType.USER, "/proc/" + first.pid() + "/ns/user");
        spec.uidMappings = List.of(new IdMapping(0, 200000, 65536));
        spec.gidMappings = spec.uidMappings;
        fails("user namespaces enabled, but both namespace path and non-matching mapping specified -- you may only"
                + " provide one: /linux/uidMappings is \"0 200000 65536\"", spec);
    }

    @Test
    void takesTheOwnUserNamespaceByPathForInherited() throws IOException {
        Agent child = child(enter(new TestSpec().withJoined(NamespaceType.USER, "/proc/self/ns/user")
                .withNew(NamespaceType.UTS)));
        assertEquals(own(NamespaceType.USER), of(child, NamespaceType.USER));
    }

    @Test
    void worksForAUserWhoMapsOnlyHimself() throws IOException {
        Agent brain = agent();
        brain.kernel().setgroups();
        brain.kernel().setresgid(12345, 12345, 12345);
        brain.kernel().setresuid(12345, 12345, 12345);
        brain.kernel().prctl(Prctl.PR_SET_DUMPABLE, 1, 0, 0, 0);
        Agent agent = brain.fork(true, false);
        forked.add(agent);
        TestSpec spec = new TestSpec().withUser(0, 12345, 1).withNew(NamespaceType.PID, NamespaceType.NETWORK,
                NamespaceType.MOUNT, NamespaceType.IPC, NamespaceType.UTS, NamespaceType.TIME);
        spec.hostname = Optional.of("rootless");
        spec.timeOffsets.put("boottime", new TimeOffset(7, 0));
        Entered entered = new Namespaces(brain.kernel(), NamespacePlan.of(spec.build()),
                new IdMaps(brain.kernel(), ""), RuntimeLog.NONE).enter(agent.kernel(), agent.pid());
        assertFalse(entered.setgroupsAllowed());
        assertEquals(12345, entered.hostUid(0));
        assertEquals("rootless", hostname(agent));
        assertEquals("deny", Files.readString(Path.of("/proc/" + agent.pid() + "/setgroups")).strip());
        assertTrue(status(agent, "CapEff:").endsWith("1ffffffffff"));
        assertEquals(0, agent.kernel().prctl(Prctl.PR_GET_DUMPABLE, 0, 0, 0, 0));
        Agent child = agent.fork(false, true);
        assertEquals("monotonic 0 0 boottime 7 0", offsets(child));
        assertEquals(1, child.kernel().getpid());
    }

    @Test
    void saysWhatAUserWithoutUserNamespaceMisses() {
        Agent agent = agent();
        agent.kernel().setresuid(12345, 12345, 12345);
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> enter(agent, new TestSpec().withNew(NamespaceType.UTS, NamespaceType.PID)));
        assertTrue(e.getMessage().startsWith("failed to unshare uts namespace: /linux/namespaces/0: unshare("),
                e.getMessage());
        assertTrue(e.getMessage().contains("needs a user namespace"), e.getMessage());
    }

    private void fails(String text, TestSpec spec) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> enter(spec));
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    private Agent agent() {
        Agent agent = Agent.spawn(libc, "jrunc-test");
        spawned.add(agent);
        return agent;
    }

    /** What an exec does. */
    private Agent enterThoseOf(Agent first, TestSpec spec) {
        Agent agent = agent();
        new Namespaces(libc, NamespacePlan.of(spec.build()).joining(first.pid()), new IdMaps(libc, ""),
                TestSpec.collecting(RuntimeLog.Level.WARNING, warnings))
                .enter(agent.kernel(), agent.pid(), first.pid());
        return agent;
    }

    private Agent enter(TestSpec spec) {
        return enter(agent(), spec);
    }

    private Agent enter(Agent agent, TestSpec spec) {
        new Namespaces(libc, NamespacePlan.of(spec.build()), new IdMaps(libc, ""),
                TestSpec.collecting(RuntimeLog.Level.WARNING, warnings)).enter(agent.kernel(), agent.pid());
        return agent;
    }

    private Agent child(Agent agent) {
        Agent child = agent.fork(true, true);
        forked.add(child);
        return child;
    }

    private static String own(NamespaceType type) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/" + Kinds.file(type))).toString();
    }

    private static String of(Agent agent, NamespaceType type) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + agent.pid() + "/ns/" + Kinds.file(type))).toString();
    }

    private static List<String> words(Agent agent, String file) throws IOException {
        return List.of(Files.readString(Path.of("/proc/" + agent.pid() + "/" + file)).strip().split("\\s+"));
    }

    private static String status(Agent agent, String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
            if (line.startsWith(key)) {
                return line.substring(key.length()).strip();
            }
        }
        return "";
    }

    private static String hostname(Agent agent) {
        Block uname = Block.out(6 * 65);
        agent.kernel().call(Syscall.UNAME, uname);
        byte[] node = new byte[65];
        System.arraycopy(uname.bytes(), 65, node, 0, 65);
        return Block.in(node).text(65);
    }

    /** As the agent sees it, by the host's procfs. */
    private static String read(Agent agent, String path) {
        int fd = agent.kernel().openat(Kernel.AT_FDCWD, path, 0, 0);
        String text = new String(agent.kernel().read(fd, 4096)).strip();
        agent.kernel().close(fd);
        return text;
    }

    private static String offsets(Agent agent) {
        return String.join(" ", read(agent, "/proc/self/timens_offsets").split("\\s+"));
    }

    private static int descriptors(Agent agent) {
        String[] open = Path.of("/proc/" + agent.pid() + "/fd").toFile().list();
        return open.length;
    }
}
