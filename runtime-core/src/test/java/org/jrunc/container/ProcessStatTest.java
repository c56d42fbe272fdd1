package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessStatTest {

    @Test
    void isNotFooledByANameThatLooksLikeFields() {
        String line = "7 (a) R 1 (x) Z) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 999 10 184467\n";
        assertEquals(new ProcessStat('S', 123456), ProcessStat.parse(line.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void knowsThisProcessFromOthersWithItsPid() {
        int pid = (int) ProcessHandle.current().pid();
        long start = ProcessStat.of(pid).orElseThrow().startTime();
        assertTrue(ProcessStat.isAlive(pid, start));
        assertFalse(ProcessStat.isAlive(pid, start + 1));
        assertFalse(ProcessStat.isAlive(0, 0));
        assertTrue(ProcessStat.of(Integer.MAX_VALUE).isEmpty());
    }

    @Test
    void takesAZombieForDead() throws Exception {
        Process child = new ProcessBuilder("sh", "-c", "true & exec sleep 5").start();
        try {
            ProcessHandle zombie = null;
            for (int i = 0; i < 500 && zombie == null; i++) {
                zombie = child.descendants().findFirst().orElse(null);
                Thread.sleep(2);
            }
            int pid = (int) zombie.pid();
            for (int i = 0; i < 500 && ProcessStat.of(pid).orElseThrow().state() != 'Z'; i++) {
                Thread.sleep(2);
            }
            ProcessStat stat = ProcessStat.of(pid).orElseThrow();
            assertEquals('Z', stat.state());
            assertFalse(ProcessStat.isAlive(pid, stat.startTime()));
        } finally {
            child.destroyForcibly();
        }
    }
}
