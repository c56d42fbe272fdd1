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
        List<String> lines = kernel.lines();
        assertTrue(lines.get(0).contains("\"/proc/42/ns/net\""), lines::toString);
        assertTrue(lines.get(1).startsWith("setns(3</proc/42/ns/net>, 0x40000000)"), lines::toString);
        assertEquals("close(3</proc/42/ns/net>)", lines.get(2));
        String up = "ioctl(4<socket>, " + Netdevice.SIOCSIFFLAGS;
        assertTrue(lines.stream().anyMatch(l -> l.startsWith(up)), lines::toString);
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
