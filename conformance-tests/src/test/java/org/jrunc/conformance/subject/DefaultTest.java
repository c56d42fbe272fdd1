package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Sandbox;

/** What is there with the configuration that {@code spec} writes (config-linux.md, runtime-linux.md). */
class DefaultTest {

    @EachRuntime
    void theDefaultFileSystemsAreMounted(Sandbox box) {
        List<String> mounts = box.sh("while read -r source point type rest; do echo $point $type; done < /proc/mounts")
                .lines().toList();
        for (String mount : List.of("/proc proc", "/dev tmpfs", "/dev/pts devpts", "/dev/shm tmpfs",
                "/dev/mqueue mqueue", "/sys sysfs")) {
            assertTrue(mounts.contains(mount), () -> mount + " in " + mounts);
        }
    }

    @EachRuntime
    void theDefaultDevicesAreThere(Sandbox box) {
        assertEquals("1:3 666\n1:5 666\n1:7 666\n1:8 666\n1:9 666\n5:0 666\n",
                box.sh("cd /dev; stat -c '%t:%T %a' null zero full random urandom tty"));
        assertEquals("5:2\n", box.sh("stat -Lc %t:%T /dev/ptmx"));
    }

    @EachRuntime
    void theDefaultLinksAreThere(Sandbox box) {
        assertEquals("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n",
                box.sh("cd /dev; for n in fd stdin stdout stderr; do readlink $n; done"));
    }

    @EachRuntime
    void onlyTheStandardStreamsAreOpen(Sandbox box) {
        // The shell expands the pattern in itself, with a descriptor of the directory it reads.
        assertEquals("0 1 2", box.sh("cd /proc/self/fd; for n in *; do [ ! -e $n ] || echo $n; done")
                .strip().replace('\n', ' '));
    }

    @EachRuntime
    void theNamespacesAreItsOwn(Sandbox box) {
        for (String type : List.of("pid", "network", "ipc", "uts", "mount")) {
            assertNotEquals(Namespaces.ofHost(type) + "\n", box.sh("readlink /proc/self/ns/" + Namespaces.file(type)));
        }
    }
}
