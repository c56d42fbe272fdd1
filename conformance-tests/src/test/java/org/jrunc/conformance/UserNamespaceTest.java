package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** User namespaces: root inside, nobody in particular outside. */
@ExtendWith(NothingLeftExtension.class)
class UserNamespaceTest {
    private static final int START = 700000;

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A bundle in whose user namespace id 0 is {@link #START}, and whose root file system belongs to that id. */
    private static Bundle mapped(Sandbox box) {
        Bundle bundle = box.bundle().userNamespace(START, 65536);
        Shell.sh("chown -h " + START + ":" + START + " " + bundle.rootfs() + " " + bundle.rootfs() + "/*");
        return bundle;
    }

    @Test
    void rootInsideIsUnprivilegedOutside(Sandbox box) {
        Bundle bundle = mapped(box).sh("id -u; id -g; touch /made; echo ready; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("0\n0\nready\n");
            Proc init = container.init();
            String outside = String.join(" ", List.of("" + START, "" + START, "" + START, "" + START));
            assertEquals(outside, init.status("Uid").orElseThrow());
            assertEquals(outside, init.status("Gid").orElseThrow());
            assertEquals(START + ":" + START, Shell.sh("stat -c %u:%g " + bundle.rootfs() + "/made"));
        }
    }

    @Test
    void theMapsAreAsConfigured(Sandbox box) {
        Bundle bundle = mapped(box)
                .set("/linux/uidMappings", List.of(map(0, START, 10), map(10, START + 100, 5)))
                .set("/linux/gidMappings", List.of(map(0, START, 20)))
                .sh("tr -s ' ' < /proc/self/uid_map; tr -s ' ' < /proc/self/gid_map; cat /proc/self/setgroups");
        assertEquals(" 0 " + START + " 10\n 10 " + (START + 100) + " 5\n 0 " + START + " 20\nallow\n",
                box.run(bundle).ok().out());
    }

    @Test
    void idsThatAreNotMappedShowAs65534(Sandbox box) throws IOException {
        Bundle bundle = mapped(box).sh("stat -c '%u %g' /bin/busybox; stat -c '%u %g' /mnt/host");
        Path host = box.newDirectory();
        Files.createDirectory(bundle.rootfs().resolve("mnt/host"));
        bundle.bind(host, "/mnt/host");
        assertEquals("65534 65534\n65534 65534\n", box.run(bundle).ok().out());
    }

    @Test
    void rootInsideCanNotWriteWhatIsTheHostRoots(Sandbox box) {
        Bundle bundle = mapped(box).allCapabilities().bind(box.newDirectory(), "/mnt")
                .sh("touch /mnt/x 2>/dev/null && echo written; chown 0 /mnt 2>/dev/null && echo owned; echo end");
        assertEquals("end\n", box.run(bundle).ok().out());
    }

    @Test
    void capabilitiesAreGoodForTheContainersOwnNamespacesOnly(Sandbox box) {
        Bundle bundle = mapped(box).allCapabilities()
                .sh("hostname inner && hostname; mount -t tmpfs x /mnt && echo mounted;"
                        + " ip link set lo down && echo down; cd /mnt; mknod sda b 8 0 || echo no node;"
                        + " echo 1 > /proc/sys/vm/overcommit_memory || echo no sysctl");
        assertEquals("inner\nmounted\ndown\nno node\nno sysctl\n", box.run(bundle.remove("/linux/readonlyPaths")).ok()
                .out());
    }

    @Test
    void aUserInsideIsMappedToo(Sandbox box) {
        Bundle bundle = mapped(box).set("/process/user", Map.of("uid", 1000, "gid", 1001, "additionalGids",
                List.of(50)))
                .sh("id -u; id -g; id -G; echo ready; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("1000\n1001\n1001 50\nready\n");
            assertEquals("" + (START + 1000), container.init().status("Uid").orElseThrow().split(" ")[0]);
            assertEquals("" + (START + 50), container.init().status("Groups").orElseThrow());
        }
    }

    @Test
    void anIdThatIsNotMappedIsRefused(Sandbox box) {
        Container container = box.container(mapped(box).set("/process/user/uid", 100000));
        Result result = container.create();
        BadInputTest.assertRefused(container, result, "100000", "user namespace");
    }

    @Test
    void theOtherNamespacesBelongToIt(Sandbox box) {
        // A sysctl of a network namespace can be written only by the root of the user namespace that owns it.
        Bundle bundle = mapped(box).allCapabilities().remove("/linux/readonlyPaths")
                .sh("echo 1 > /proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward");
        assertEquals("1\n", box.run(bundle).ok().out());
    }

    @Test
    void standardDevicesWork(Sandbox box) {
        Bundle bundle = mapped(box).sh("echo x > /dev/null && head -c 3 /dev/zero | wc -c && stat -c %t:%T /dev/null");
        assertEquals("3\n1:3\n", box.run(bundle).ok().out());
    }

    @Test
    void aBindSourceThatOnlyTheHostsRootCanReachIsMounted(Sandbox box) {
        Path secret = box.newDirectory();
        Shell.sh("mkdir " + secret + "/data && echo content > " + secret + "/data/file && chmod 700 " + secret);
        Bundle bundle = mapped(box).bind(secret.resolve("data"), "/mnt", "ro").sh("cat /mnt/file");
        assertEquals("content\n", box.run(bundle).ok().out());
    }

    @Test
    void canBeJoinedByPathAndSurvivesAsAFile(Sandbox box) {
        Namespaces.assertJoinable(box, "user", true, b -> own(b.userNamespace(START, 1000)), c -> { }, b -> own(b),
                "tr -s ' ' < /proc/self/uid_map; id -u", " 0 " + START + " 1000\n0\n");
    }

    @Test
    void allNamespacesOfAContainerCanBeJoinedTogether(Sandbox box) {
        try (Container holder = box.container(mapped(box).idle()).started()) {
            String ns = "/proc/" + holder.init().pid() + "/ns/";
            Bundle bundle = own(box.bundle()).namespace("user", ns + "user").namespace("uts", ns + "uts")
                    .namespace("ipc", ns + "ipc").namespace("network", ns + "net").namespace("pid", ns + "pid")
                    .sh("for n in user uts ipc net pid; do readlink /proc/self/ns/$n; done");
            StringBuilder expected = new StringBuilder();
            for (String type : List.of("user", "uts", "ipc", "network", "pid")) {
                expected.append(Namespaces.of(holder.init().pid(), type)).append('\n');
            }
            assertEquals(expected.toString(), box.run(bundle.remove("/hostname")).ok().out());
        }
    }

    @Test
    void namespacesOfTheHostsUserNamespaceCanBeJoinedFromANewOne(Sandbox box) {
        try (Container holder = box.container(box.bundle().idle()).started()) {
            String ns = "/proc/" + holder.init().pid() + "/ns/";
            Bundle bundle = mapped(box).namespace("uts", ns + "uts").namespace("ipc", ns + "ipc").remove("/hostname")
                    .withoutMount("/dev/mqueue")
                    .sh("readlink /proc/self/ns/uts; readlink /proc/self/ns/ipc; id -u");
            long pid = holder.init().pid();
            assertEquals(Namespaces.of(pid, "uts") + "\n" + Namespaces.of(pid, "ipc") + "\n0\n",
                    box.run(bundle).ok().out());
        }
    }

    @Test
    void withoutANamespaceRootIsTheHostsRoot(Sandbox box) {
        String line = box.sh("cat /proc/self/uid_map").strip().replaceAll("\\s+", " ");
        assertTrue(line.equals(Shell.sh("cat /proc/self/uid_map").strip().replaceAll("\\s+", " ")), line);
    }

    private static Bundle own(Bundle bundle) {
        Shell.sh("chown -h " + START + ":" + START + " " + bundle.rootfs() + " " + bundle.rootfs() + "/*");
        return bundle;
    }

    private static Map<String, Integer> map(int inside, int outside, int size) {
        return Map.of("containerID", inside, "hostID", outside, "size", size);
    }
}
