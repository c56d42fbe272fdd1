package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;

/** {@code process.rlimits} (config.md, POSIX process). */
class ProcessRlimitsTest {

    private static final List<String> LIMITS = List.of("NOFILE 512 1000 Max open files",
            "CORE 1 2 Max core file size", "NPROC 200 300 Max processes", "STACK 8192000 9000000 Max stack size",
            "CPU 100 200 Max cpu time", "FSIZE 100000 200000 Max file size", "DATA 80000000 90000000 Max data size",
            "MEMLOCK 4096 8192 Max locked memory", "AS 80000000 90000000 Max address space",
            "RSS 80000000 90000000 Max resident set", "LOCKS 10 20 Max file locks",
            "SIGPENDING 100 200 Max pending signals", "MSGQUEUE 1000 2000 Max msgqueue size");

    @EachRuntime
    void theLimitsAreAsConfigured(Sandbox box) {
        Bundle bundle = box.bundle().remove("/process/rlimits").args("cat", "/proc/self/limits");
        for (String limit : LIMITS) {
            String[] words = limit.split(" ", 4);
            bundle.add("/process/rlimits", Map.of("type", "RLIMIT_" + words[0], "soft", Long.parseLong(words[1]),
                    "hard", Long.parseLong(words[2])));
        }
        String limits = box.run(bundle).ok().out().replaceAll(" +", " ");
        for (String limit : LIMITS) {
            String[] words = limit.split(" ", 4);
            assertTrue(limits.contains(words[3] + " " + words[1] + " " + words[2] + " "), limit + " in " + limits);
        }
    }
}
