package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code linux.sysctl}: what belongs to the container's namespaces is set there and nowhere else. */
@ExtendWith(NothingLeftExtension.class)
class SysctlTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @ParameterizedTest
    @CsvSource({"kernel.shmmni, 1234, kernel/shmmni",
            "net.ipv4.ping_group_range, 5 500, net/ipv4/ping_group_range",
            "net/ipv4/conf/lo/forwarding, 1, net/ipv4/conf/lo/forwarding",
            "kernel.domainname, sysctl.example, kernel/domainname"})
    void isSetInsideAndNotOnTheHost(String name, String value, String path, Sandbox box) {
        String host = Shell.sh("cat /proc/sys/" + path);
        Bundle bundle = box.bundle().set("/linux/sysctl", Map.of(name, value)).args("cat", "/proc/sys/" + path);
        assertEquals(value + "\n", box.run(bundle).ok().out().replace('\t', ' '));
        assertEquals(host, Shell.sh("cat /proc/sys/" + path));
    }

    @Test
    void isSetEvenWhereTheContainerHasNoProc(Sandbox box) {
        Bundle bundle = box.bundle().withoutMount("/proc").remove("/linux/maskedPaths").remove("/linux/readonlyPaths")
                .set("/linux/sysctl", Map.of("kernel.msgmax", "4097")).sh("echo ready; exec sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            assertEquals("4097", Shell.sh("nsenter --ipc=/proc/" + container.init().pid()
                    + "/ns/ipc cat /proc/sys/kernel/msgmax"));
        }
    }

    @Test
    void aValueTheKernelRefusesIsNamed(Sandbox box) {
        Container container = box.container(box.bundle().set("/linux/sysctl",
                Map.of("net.ipv4.ip_forward", "nonsense")));
        BadInputTest.assertRefused(container, container.create(), "ip_forward", "EINVAL");
    }
}
