package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.CpuAffinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecAffinityTest {

    private final RecordingKernel kernel = new RecordingKernel();

    private static ExecAffinity affinity(String initial, String last) {
        return new ExecAffinity(Optional.of(new CpuAffinity(Optional.ofNullable(initial), Optional.ofNullable(last))));
    }

    /** How many calls there are before the cgroup and after it. */
    @ParameterizedTest
    @CsvSource({"0-1, , 1, 0", "1, 0, 1, 1", ", 0, 0, 1"})
    void isSetWhereItIsGiven(String initial, String last, int before, int after) {
        ExecAffinity affinity = affinity(initial, last);
        affinity.beforeCgroup(kernel, 7);
        assertEquals(before, kernel.lines().size());
        affinity.afterCgroup(kernel, 7, RuntimeLog.NONE);
        assertEquals(before + after, kernel.lines().size());
        assertTrue(kernel.lines().stream().allMatch(l -> l.startsWith("sched_setaffinity(7, 8")),
                () -> "" + kernel.lines());
    }

    @Test
    void withoutItTheProcessGetsAllCpus() {
        ExecAffinity none = new ExecAffinity(Optional.empty());
        none.beforeCgroup(kernel, 7);
        none.afterCgroup(kernel, 7, RuntimeLog.NONE);
        assertEquals(1, kernel.lines().size());
        assertTrue(kernel.lines().getFirst().startsWith("sched_setaffinity(7, 8192"), () -> "" + kernel.lines());
    }

    @Test
    void whatTheKernelRefusesIsNamed() {
        kernel.answer(Syscall.SCHED_SETAFFINITY, "", -Errno.EINVAL);
        String message = assertThrows(RuntimeFailure.class, () -> affinity("9", null).beforeCgroup(kernel, 7))
                .getMessage();
        assertTrue(message.startsWith("error setting initial CPU affinity for pid 7: /process/execCPUAffinity/initial"),
                message);
    }

    @Test
    void aListThatIsNoneIsRefused() {
        assertThrows(RuntimeFailure.class, () -> affinity("3-1", null));
    }
}
