package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.netDevices} (config-linux.md, Network Devices): devices of the host in the container. */
@ExtendWith(NothingLeftExtension.class)
class NetDevicesTest {

    /** Names of interfaces have at most 15 characters. */
    private static final String PREFIX = Sandbox.MARK.replace("-", "");
    private static final String DEVICE = PREFIX + "d";
    private static final String NAMESPACE = PREFIX + "ns";

    @BeforeEach
    void makeDevice(Sandbox box) {
        Needs.root();
        Needs.tool("ip");
        Needs.jrunc(box, "the releases beside it know no netDevices");
        assertTrue(DEVICE.length() <= 15, DEVICE);
        // The kernel takes its time to destroy the device of the test before, with the namespace that it went into.
        Poll.until("there is no " + PREFIX + "p any more",
                () -> Shell.attempt("ip link show " + PREFIX + "p").exit() != 0);
        Shell.sh("ip link add " + DEVICE + " mtu 1400 type veth peer name " + PREFIX + "p && ip link set " + DEVICE
                + " up && ip addr add 10.214.7.1/24 brd + dev " + DEVICE
                + " && ip addr add 10.214.8.1 peer 10.214.8.2/32 dev " + DEVICE
                + " && ip -6 addr add fd00:214::1/64 nodad dev " + DEVICE
                + " && ip addr add 10.214.9.1/24 scope link dev " + DEVICE);
    }

    @AfterEach
    void removeDevice() {
        Shell.attempt("ip link del " + DEVICE);
        // The first namespace that ip makes leaves a mount behind.
        Shell.attempt("ip netns del " + NAMESPACE + " && test -z \"$(ls /run/netns)\" && umount /run/netns"
                + " && rmdir /run/netns");
    }

    private static Bundle with(Sandbox box, Map<String, ?> entry) {
        return box.bundle().set("/linux/netDevices", Map.of(DEVICE, entry));
    }

    private static boolean isOnHost() {
        return Shell.attempt("ip link show " + DEVICE).exit() == 0;
    }

    /** Link and addresses on the host, without what the kernel counts. */
    private static String onHost() {
        return Shell.sh("ip -o addr show " + DEVICE + " | sed 's/^[0-9]*: //; s/ valid_lft.*//'; ip -o link show "
                + DEVICE + " | grep -o 'mtu [0-9]*'; ip -o link show " + DEVICE + " | grep -o 'link/ether [0-9a-f:]*'");
    }

    @Test
    void isMovedWithItsNameAndIsUp(Sandbox box) {
        String mac = Shell.sh("cat /sys/class/net/" + DEVICE + "/address");
        Container container = box.container(with(box, Map.of())
                .sh("ip link show " + DEVICE + "; cat /sys/class/net/" + DEVICE + "/address; sleep 1000"));
        try (container) {
            container.started().awaitOut(mac);
            assertFalse(isOnHost());
            assertTrue(container.out().contains(",UP"), container.out());
            assertTrue(container.out().contains("mtu 1400"), container.out());
        }
    }

    @Test
    void isRenamedInTheMove(Sandbox box) {
        String names = box.run(with(box, Map.of("name", "eth7")).sh("ls /sys/class/net")).ok().out();
        assertTrue(List.of(names.split("\n")).contains("eth7"), names);
        assertFalse(names.contains(DEVICE), names);
    }

    @Test
    void keepsItsPermanentGlobalAddressesOnly(Sandbox box) {
        String addresses = box.run(with(box, Map.of("name", "eth0")).sh("ip -o addr show dev eth0")).ok().out();
        assertTrue(addresses.contains("inet 10.214.7.1/24 brd 10.214.7.255"), addresses);
        assertTrue(addresses.contains("inet 10.214.8.1 peer 10.214.8.2/32"), addresses);
        assertTrue(addresses.contains("inet6 fd00:214::1/64 scope global"), addresses);
        assertFalse(addresses.contains("10.214.9.1"), addresses);
    }

    @Test
    void aTemplateGetsTheFirstFreeNumber(Sandbox box) {
        Shell.sh("ip netns add " + NAMESPACE + " && ip -n " + NAMESPACE + " link add eth0 type bridge");
        Bundle bundle = with(box, Map.of("name", "eth%d")).namespace("network", "/run/netns/" + NAMESPACE).idle();
        try (Container container = box.container(bundle)) {
            container.create().ok();
            assertTrue(Shell.sh("ip -n " + NAMESPACE + " -o addr show eth1").contains("10.214.7.1/24"));
        }
    }

    @Test
    void aNameThatIsTakenIsAnErrorAndTheDeviceStays(Sandbox box) {
        String before = onHost();
        Shell.sh("ip netns add " + NAMESPACE + " && ip -n " + NAMESPACE + " link add eth0 type bridge");
        Bundle bundle = with(box, Map.of("name", "eth0")).namespace("network", "/run/netns/" + NAMESPACE);
        box.run(bundle).failsWith("/linux/netDevices/" + DEVICE + "/name", "has a device eth0 already");
        assertEquals(before, onHost());
    }

    @Test
    void aCreateThatFailsBringsItBackAsItWas(Sandbox box) {
        String before = onHost().replaceAll(".*10[.]214[.]9.*\n", "").replaceAll(".*inet6 fe80.*\n", "");
        Bundle bundle = with(box, Map.of("name", "eth0")).hook("createRuntime", "exit 3");
        box.run(bundle).failsWith("createRuntime");
        assertEquals(before, onHost().replaceAll(".*inet6 fe80.*\n", ""));
        assertTrue(Shell.sh("ip -o link show " + DEVICE).contains(",UP"));
    }

    @Test
    void isThereForTheHooks(Sandbox box) {
        Bundle bundle = with(box, Map.of("name", "eth0"));
        bundle.hook("createContainer", "ip -o link show > " + box.dir() + "/links");
        box.run(bundle.args("true")).ok();
        String links = Shell.sh("cat " + box.dir() + "/links");
        assertTrue(links.contains("eth0"), links);
    }

    @Test
    void isMovedIntoAUserNamespaceToo(Sandbox box) {
        Shell.sh("chmod 755 " + box.dir());
        Bundle bundle = with(box, Map.of("name", "eth0")).userNamespace(100_000, 65_536)
                .sh("ip -o addr show dev eth0");
        assertTrue(box.run(bundle).ok().out().contains("inet 10.214.7.1/24"));
    }

    @Test
    void deleteGivesBackWhatAKilledCreateHadMovedToANamespaceThatStays(Sandbox box) throws Exception {
        Shell.sh("ip netns add " + NAMESPACE);
        Bundle bundle = with(box, Map.of("name", "eth0")).namespace("network", "/run/netns/" + NAMESPACE)
                .hook("createRuntime", "sleep 1000 & echo $! > " + box.dir() + "/hook; wait").idle();
        Container container = box.container(bundle);
        Invocation.Running create = container.invocation("create").start();
        Poll.within(java.time.Duration.ofSeconds(20), () -> java.nio.file.Files.exists(box.dir().resolve("hook")));
        assertFalse(isOnHost());
        create.process().destroyForcibly().waitFor();
        Shell.attempt("kill -9 $(cat " + box.dir() + "/hook)");
        container.delete("--force").ok();
        assertTrue(onHost().contains("10.214.7.1/24"));
    }

    @Test
    void aDeviceThatBelongsToItsNamespaceStaysAsItIs(Sandbox box) {
        String bridge = PREFIX + "b";
        Shell.sh("ip link add " + bridge + " type bridge && ip link set " + bridge + " up && ip addr add 10.214.6.1/24"
                + " dev " + bridge);
        try {
            box.run(box.bundle().set("/linux/netDevices", Map.of(bridge, Map.of())))
                    .failsWith("/linux/netDevices/" + bridge, "can not leave its network namespace");
            assertTrue(Shell.sh("ip addr show " + bridge).contains("10.214.6.1/24"));
            assertTrue(Shell.sh("ip link show " + bridge).contains(",UP"));
        } finally {
            Shell.sh("ip link del " + bridge);
        }
    }

    @Test
    void whatCanNotBeMovedIsNamed(Sandbox box) {
        box.run(box.bundle().set("/linux/netDevices", Map.of("nosuch0", Map.of())))
                .failsWith("link not found for interface nosuch0", "/linux/netDevices/nosuch0");
        box.run(box.bundle().set("/linux/netDevices", Map.of("lo", Map.of("name", "lo7"))))
                .failsWith("/linux/netDevices/lo", "loopback");
        box.run(with(box, Map.of()).withoutNamespace("network"))
                .failsWith("unable to move network devices without a NET namespace", "/linux/netDevices");
        box.run(with(box, Map.of("name", "a/b"))).failsWith("invalid network device name",
                "/linux/netDevices/" + DEVICE + "/name");
        assertTrue(isOnHost());
    }
}
