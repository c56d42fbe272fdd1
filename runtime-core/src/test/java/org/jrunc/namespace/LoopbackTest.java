package org.jrunc.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Netdevice;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

/** {@code lo}, by the calls that are made. */
class LoopbackTest {

    @Test
    void isSetUpInTheNetworkNamespaceOfAnotherProcess() {
        RecordingKernel kernel = new RecordingKernel();
        Loopback.upOf(kernel, 42);
        assertEquals(List.of("openat(AT_FDCWD, \"/proc/42/ns/net\", 0x80000, 0) = 3",
                "setns(3</proc/42/ns/net>, 0x40000000)", "close(3</proc/42/ns/net>)", "socket(1, 0x80002, 0) = 4",
                "ioctl(4<socket>, " + Netdevice.SIOCSIFFLAGS + ", 40 bytes)", "close(4<socket>)"), kernel.lines());
    }

    @Test
    void isLeftAloneWhenTheNamespaceCanNotBeEntered() {
        RecordingKernel kernel = new RecordingKernel().answer(Syscall.SETNS, "", -Errno.EPERM);
        assertThrows(KernelException.class, () -> Loopback.upOf(kernel, 42));
        assertTrue(kernel.lines().stream().noneMatch(l -> l.startsWith("ioctl")), () -> kernel.lines().toString());
    }

    @Test
    void saysThatItCanNotBeSetUp() {
        RecordingKernel kernel = new RecordingKernel().answer(Syscall.IOCTL, "", -Errno.EPERM);
        assertThrows(RuntimeFailure.class, () -> Loopback.up(kernel));
    }
}
