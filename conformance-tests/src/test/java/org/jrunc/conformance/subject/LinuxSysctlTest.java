package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.sysctl} (config-linux.md, Sysctl). */
class LinuxSysctlTest {

    @EachRuntime({"net.ipv4.ip_forward 1", "kernel.msgmax 4097", "fs.mqueue.msg_max 11",
            "kernel.shm_rmid_forced 1"})
    void isSetInsideAndNotOnTheHost(String nameAndValue, Sandbox box) {
        String name = nameAndValue.split(" ")[0];
        String value = nameAndValue.split(" ")[1];
        String file = "/proc/sys/" + name.replace('.', '/');
        String host = Shell.sh("cat " + file);
        Bundle bundle = box.bundle().set("/linux/sysctl", Map.of(name, value)).args("cat", file);
        assertEquals(value + "\n", box.run(bundle).ok().out());
        assertEquals(host, Shell.sh("cat " + file));
    }

    @EachRuntime
    void whatIsNotNamespacedIsAnErrorAndTheHostsStays(Sandbox box) {
        String host = Shell.sh("cat /proc/sys/vm/swappiness");
        box.run(box.bundle().set("/linux/sysctl", Map.of("vm.swappiness", "61"))).refused();
        assertEquals(host, Shell.sh("cat /proc/sys/vm/swappiness"));
    }
}
