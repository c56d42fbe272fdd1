package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Stat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {

    private static final int O_RDWR = 2;

    @TempDir
    Path dir;

    private final LibcKernel libc = new LibcKernel();
    private int start;
    private int status;

    @BeforeEach
    void fifos() {
        start = fifo("start");
        status = fifo("status");
    }

    private int fifo(String name) {
        libc.mknodat(Kernel.AT_FDCWD, dir + "/" + name, Stat.S_IFIFO | 0600, 0);
        return libc.openat(Kernel.AT_FDCWD, dir + "/" + name, O_RDWR | 0x80000, 0);
    }

    private Agent launched(String program, String... arguments) {
        Agent agent = Agent.spawn(libc, "init");
        Launch.Plan plan = new Launch.Plan(agent.kernel().send(start), agent.kernel().send(status), List.of(), program,
                List.of(arguments), List.of("A=b"), java.util.Optional.empty());
        Launch.release(agent, plan);
        agent.closeRegion();
        return agent;
    }

    /** What start reads: everything up to the end of file, which comes when init is the only writer and is gone. */
    private byte[] told() {
        int reader = libc.openat(Kernel.AT_FDCWD, dir + "/status", 0, 0);
        libc.close(status);
        libc.write(start, new byte[1]);
        byte[] all = new byte[0];
        for (byte[] some = libc.read(reader, 100); some.length > 0; some = libc.read(reader, 100)) {
            byte[] more = java.util.Arrays.copyOf(all, all.length + some.length);
            System.arraycopy(some, 0, more, all.length, some.length);
            all = more;
        }
        libc.close(reader);
        return all;
    }

    @Test
    void executesTheProgramOnlyAfterTheStart() throws Exception {
        Agent agent = launched("/bin/sh", "sh", "-c", "echo $A $0 > " + dir + "/out; exit 7", "zero");
        Thread.sleep(50);
        assertFalse(Files.exists(dir.resolve("out")));
        assertEquals(-1, agent.reapIfEnded());
        assertArrayEquals(new byte[] {Launch.EXECUTING}, told());
        assertEquals(7 << 8, agent.reap());
        assertEquals("b zero\n", Files.readString(dir.resolve("out")));
    }

    @Test
    void tellsTheErrnoOfAFailedExecve() {
        Agent agent = launched(dir + "/missing", "missing");
        byte[] told = told();
        assertEquals(9, told.length);
        assertEquals(-Errno.ENOENT, ByteBuffer.wrap(told).order(ByteOrder.nativeOrder()).getLong(1));
        assertEquals(255 << 8, agent.reap());
    }

    @Test
    void waitingInitIsSmallAndIndependent() throws Exception {
        Agent agent = launched("/bin/true", "true");
        String memory = Files.readString(Path.of("/proc/" + agent.pid() + "/status"));
        int rss = Integer.parseInt(memory.substring(memory.indexOf("VmRSS:") + 6,
                memory.indexOf("kB", memory.indexOf("VmRSS:"))).trim());
        assertTrue(rss <= 100, "VmRSS is " + rss + " kB");
        libc.write(start, new byte[1]);
        assertEquals(0, agent.reap());
    }
}
