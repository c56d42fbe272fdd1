package org.jrunc.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;
import org.jrunc.process.TestSpec;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdMapsTest {

    private static final List<IdMapping> MAPPINGS = List.of(new IdMapping(0, 1000, 1),
            new IdMapping(1, 4294000000L, 65536));

    private final LibcKernel libc = new LibcKernel();
    /** A runtime that may not write any map. */
    private final Kernel refused = new Kernel() {
        @Override
        public long invoke(Syscall call, Arg... arguments) {
            return call == Syscall.WRITE ? -Errno.EPERM : libc.invoke(call, arguments);
        }
    };
    private Agent agent;

    @BeforeEach
    void spawn() {
        TestSpec.requireRoot();
        agent = Agent.spawn(libc, "jrunc-test");
        agent.kernel().unshare(Clone.CLONE_NEWUSER);
    }

    @AfterEach
    void end() {
        if (agent != null) {
            agent.killAndReap();
            agent.closeRegion();
        }
    }

    @Test
    void writesAndReadsMapsOfSeveralRanges() {
        assertTrue(new IdMaps(libc, "").write(agent.pid(), MAPPINGS, MAPPINGS));
        assertEquals(MAPPINGS, IdMaps.parse(ProcFile.read(libc, agent.pid(), "uid_map")));
        assertEquals(MAPPINGS, IdMaps.parse(ProcFile.read(libc, agent.pid(), "gid_map")));
    }

    @Test
    void saysWhatIsWrongWithRanges() {
        List<IdMapping> overlapping = List.of(new IdMapping(0, 1000, 10), new IdMapping(5, 3000, 10));
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> new IdMaps(libc, "").write(agent.pid(), overlapping, overlapping));
        assertTrue(e.getMessage().startsWith("failed to update /proc/" + agent.pid()
                + "/uid_map: /linux/uidMappings: write("), e.getMessage());
        assertTrue(e.getMessage().endsWith("EINVAL (ranges must not overlap, nor be empty)"), e.getMessage());
    }

    @Test
    void callsTheHelpersWhenTheKernelRefuses(@TempDir Path dir) throws IOException {
        Path record = dir.resolve("record");
        helper(dir, "newuidmap", "echo uid \"$@\" >> " + record);
        helper(dir, "newgidmap", "echo gid \"$@\" >> " + record);
        new IdMaps(refused, "relative:/nowhere:" + dir).write(agent.pid(), MAPPINGS, MAPPINGS);
        String arguments = agent.pid() + " 0 1000 1 1 4294000000 65536";
        assertEquals(List.of("uid " + arguments, "gid " + arguments), Files.readAllLines(record));
    }

    @Test
    void mapsByTheRealHelpersWithoutPath() {
        List<IdMapping> own = List.of(new IdMapping(0, 0, 1));
        new IdMaps(refused, "").write(agent.pid(), own, own);
        assertEquals(own, IdMaps.parse(ProcFile.read(libc, agent.pid(), "uid_map")));
    }

    @Test
    void namesTheMissingHelper() {
        assertFails("newuidmap, which may write such a map for a user, is not in /nowhere (it comes with the package"
                + " uidmap or shadow-utils)", "/nowhere");
    }

    @Test
    void namesTheRangeThatIsNotGrantedAndTheMissingBit(@TempDir Path dir) throws IOException {
        helper(dir, "newuidmap", "echo not allowed; exit 1");
        assertFails("newuidmap failed with exit status 1: not allowed; " + dir
                + "/newuidmap is neither set-user-id root"
                + " nor has it file capabilities (cap_setuid): reinstall its package or set the bit;"
                + " /linux/uidMappings/0 wants host ids 1000 to 1000, which /etc/subuid does not give to uid 0",
                dir.toString());
    }

    @Test
    void readsTheRangesOfAUser() {
        List<String> lines = List.of("alice:100000:65536", "# comment", "bob:1:2", "1000:300000:10", "alice:x:y");
        List<long[]> ranges = MappingHelper.ranges(lines, 1000, "alice");
        assertEquals(2, ranges.size());
        assertEquals(100000, ranges.get(0)[0]);
        assertEquals(10, ranges.get(1)[1]);
    }

    @Test
    void makesAUserNamespaceWithoutAProcess() throws IOException {
        int fd = new UserNamespaces(libc).userNamespaceFd(MAPPINGS, MAPPINGS);
        try {
            assertEquals(Clone.CLONE_NEWUSER, libc.ioctl(fd, 0xb703, Arg.none()));
            assertFalse(Files.readSymbolicLink(Path.of("/proc/self/ns/user"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd))));
            Agent visitor = Agent.spawn(libc, "jrunc-test");
            try {
                visitor.kernel().setns(visitor.kernel().send(fd), Clone.CLONE_NEWUSER);
                assertEquals(MAPPINGS, IdMaps.parse(ProcFile.read(libc, visitor.pid(), "uid_map")));
            } finally {
                visitor.killAndReap();
                visitor.closeRegion();
            }
        } finally {
            libc.close(fd);
        }
    }

    @Test
    void translatesIds() {
        Entered entered = new Entered(MAPPINGS, MAPPINGS, true);
        assertEquals(1000, entered.hostUid(0));
        assertEquals(4294000001L, entered.hostGid(2));
        assertEquals(-1, entered.hostUid(65537));
        assertEquals(7, new Entered(List.of(), List.of(), true).hostUid(7));
    }

    @Test
    void refusesAProcThatIsNoProcfs() {
        Agent inside = Agent.spawn(libc, "jrunc-test");
        try {
            inside.kernel().unshare(Clone.CLONE_NEWNS);
            inside.kernel().mount("", "/", "", 0x44000, "");
            inside.kernel().mount("t", "/proc", "tmpfs", 0, "");
            assertThrows(RuntimeFailure.class, () -> ProcFile.open(inside.kernel(), 1, "uid_map", OpenFlags.O_RDONLY));
        } finally {
            inside.killAndReap();
            inside.closeRegion();
        }
    }

    private void assertFails(String text, String path) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> new IdMaps(refused, path).write(agent.pid(), MAPPINGS, MAPPINGS));
        assertTrue(e.getMessage().startsWith("failed to update /proc/" + agent.pid()
                + "/uid_map: /linux/uidMappings: "), e.getMessage());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    private static void helper(Path dir, String name, String script) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
