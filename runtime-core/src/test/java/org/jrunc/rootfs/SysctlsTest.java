package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlsTest {

    private static void check(String key, NamespaceType... types) {
        TestContainer.SpecBuilder spec = new TestContainer.SpecBuilder();
        for (NamespaceType type : types) {
            spec.namespaces.add(new Namespace(type, Optional.empty()));
        }
        spec.sysctl = Map.of(key, "1");
        Sysctls.check(spec.build("/r"));
    }

    @ParameterizedTest
    @CsvSource({"kernel.msgmax,IPC", "kernel.msgmnb,IPC", "kernel.msgmni,IPC", "kernel.sem,IPC", "kernel.shmall,IPC",
        "kernel.shmmax,IPC", "kernel.shmmni,IPC", "kernel.shm_rmid_forced,IPC", "fs.mqueue.msg_max,IPC",
        "fs/mqueue/msg_max,IPC", "net.ipv4.ip_forward,NETWORK", "net/ipv4/conf/eno2.100/forwarding,NETWORK",
        "kernel.domainname,UTS", "kernel/domainname,UTS", "user.max_net_namespaces,USER"})
    void whatIsOfANamespaceNeedsThatNamespace(String key, NamespaceType type) {
        check(key, type);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> check(key));
        assertTrue(e.getMessage().startsWith("sysctl \"" + key + "\" "), e.getMessage());
        assertTrue(e.getMessage().contains("/linux/sysctl/" + key.replace("/", "~1")), e.getMessage());
    }

    @Test
    void thePhrasesAreThoseOfRunc() {
        assertMessage("sysctl \"vm.swappiness\" is not in a separate kernel namespace", "vm.swappiness");
        assertMessage("sysctl \"net.core.somaxconn\" not allowed in host network namespace", "net.core.somaxconn");
        assertMessage("sysctl \"kernel.hostname\" is not in a separate kernel namespace", "kernel.hostname");
    }

    private static void assertMessage(String start, String key) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> check(key));
        assertTrue(e.getMessage().startsWith(start), e.getMessage());
    }

    @Test
    void theHostNameHasItsOwnField() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> check("kernel.hostname", NamespaceType.UTS));
        assertTrue(e.getMessage().contains("hostname\" field"), e.getMessage());
    }

    @Test
    void bothSeparatorsGiveThePath() {
        assertEquals("net/ipv4/ip_forward", Sysctls.path("net.ipv4.ip_forward"));
        assertEquals("net/ipv4/ip_forward", Sysctls.path("net/ipv4/ip_forward"));
        assertEquals("net/ipv4/conf/eno2.100/rp_filter", Sysctls.path("net/ipv4/conf/eno2.100/rp_filter"));
        assertEquals("net/ipv4/conf/eno2.100/rp_filter", Sysctls.path("net.ipv4.conf.eno2/100.rp_filter"));
        assertEquals("net.ipv4.conf.eno2/100.rp_filter", Sysctls.dotted("net/ipv4/conf/eno2.100/rp_filter"));
    }

    @Test
    void aJoinedNetworkThatIsTheHostsIsRefused() {
        // Both kernels say the same of ns/net.
        RecordingKernel init = new RecordingKernel().file("proc/thread-self/ns/net", 0x8000, 0);
        RecordingKernel runtime = new RecordingKernel().file("/proc/thread-self/ns/net", 0x8000, 0);
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> Sysctls.write(init, runtime, Map.of("net.core.somaxconn", "1")));
        assertTrue(e.getMessage().contains("not allowed in host network namespace"), e.getMessage());
        assertFalse(init.lines().toString().contains("write("), init.lines().toString());
    }

    @Test
    void writesGoThroughAProcThatIsMountedNowhere() {
        RecordingKernel init = new RecordingKernel();
        Sysctls.write(init, new RecordingKernel(), Map.of("kernel.msgmax", "42"));
        assertEquals(List.of("fsopen(\"proc\", 1) = 3", "fsconfig(3<proc>, 6, 0, 0, 0)",
                "fsmount(3<proc>, 1, 14) = 4", "close(3<proc>)",
                "openat2(4<proc>, \"sys/kernel/msgmax\", {flags=0xa0001, resolve=0xb}, 24) = 5",
                "write(5<proc/sys/kernel/msgmax>, \"42\", 2) = 2", "close(5<proc/sys/kernel/msgmax>)",
                "close(4<proc>)"), init.lines());
    }

    @Test
    void withoutSysctlsNothingIsDone() {
        RecordingKernel init = new RecordingKernel();
        Sysctls.write(init, init, Map.of());
        assertEquals(List.of(), init.lines());
    }
}
