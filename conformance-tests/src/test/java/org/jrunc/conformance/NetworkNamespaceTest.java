package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Network namespaces: nothing but the loopback device, unless somebody moves another one in. */
@ExtendWith(NothingLeftExtension.class)
class NetworkNamespaceTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("ip");
    }

    @Test
    void thereIsOnlyLoopbackAndItIsUp(Sandbox box) {
        List<String> links = box.sh("ip -o link").lines().filter(l -> !l.matches("\\d+: ifb\\d.*")).toList();
        assertEquals(1, links.size(), links::toString);
        assertTrue(links.getFirst().matches("1: lo: <LOOPBACK,UP,LOWER_UP>.*"), links::toString);
        assertTrue(box.sh("ip addr show lo").contains("inet 127.0.0.1/8"));
    }

    @Test
    void loopbackWorks(Sandbox box) {
        Bundle bundle = box.bundle().capabilities(List.of("CAP_NET_RAW")).sh("ping -c 1 -W 2 127.0.0.1");
        assertTrue(box.run(bundle).ok().out().contains("1 packets received"));
    }

    @Test
    void withoutANamespaceTheDevicesAreTheHosts(Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("network")
                .sh("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '");
        assertEquals(Shell.sh("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") + "\n", box.run(bundle).ok().out());
    }

    @Test
    void twoContainersOnABridgePingEachOther(Sandbox box) {
        String prefix = Sandbox.MARK.replace("-", "");
        String bridge = prefix + "b";
        Shell.sh("ip link add " + bridge + " type bridge && ip link set " + bridge + " up");
        try (Container left = onBridge(box, bridge, prefix + "l", "10.213.7.1/24");
                Container right = onBridge(box, bridge, prefix + "r", "10.213.7.2/24")) {
            for (Container container : List.of(left, right)) {
                container.start().ok();
            }
            left.awaitOut("1 packets received");
            right.awaitOut("1 packets received");
            left.awaitStopped();
            right.awaitStopped();
        } finally {
            Shell.sh("ip link del " + bridge);
        }
    }

    /** A created container with one end of a veth pair inside it as eth0, the other end at the bridge. */
    private static Container onBridge(Sandbox box, String bridge, String device, String address) {
        String other = address.contains(".1/") ? "10.213.7.2" : "10.213.7.1";
        Container container = box.container(box.bundle().capabilities(List.of("CAP_NET_RAW"))
                .sh("ip -o addr show eth0 | grep -o 'inet [0-9.]*'; i=0; until ping -c 1 -W 1 " + other
                        + " || [ $i = 20 ]; do i=$((i+1)); done; usleep 300000"));
        container.create().ok();
        long pid = container.init().pid();
        Shell.sh("ip link add " + device + " type veth peer name eth0 netns /proc/" + pid + "/ns/net"
                + " && ip link set " + device + " master " + bridge + " up"
                + " && nsenter --net=/proc/" + pid + "/ns/net sh -ec 'ip addr add " + address
                + " dev eth0; ip link set eth0 up'");
        return container;
    }

    @Test
    void canBeJoinedByPathAndSurvivesAsAFile(Sandbox box) {
        Namespaces.assertJoinable(box, "network", true, b -> { },
                c -> Shell.sh("nsenter --net=/proc/" + c.init().pid() + "/ns/net ip addr add 10.99.1.2/32 dev lo"),
                b -> { }, "ip -o addr show lo | grep -o '10[.][0-9.]*'; ip -o link show lo | grep -o LOWER_UP",
                "10.99.1.2\nLOWER_UP\n");
    }

    @Test
    void aNamespaceMadeByIpNetnsCanBeJoined(Sandbox box) {
        String name = Sandbox.MARK + "ns";
        boolean first = !java.nio.file.Files.exists(java.nio.file.Path.of("/run/netns"));
        Shell.sh("ip netns add " + name + " && ip netns exec " + name + " ip addr add 10.99.1.3/32 dev lo");
        try {
            Bundle bundle = box.bundle().namespace("network", "/run/netns/" + name)
                    .sh("ip -o addr show lo | grep -o '10[.][0-9.]*'");
            assertEquals("10.99.1.3\n", box.run(bundle).ok().out());
        } finally {
            Shell.sh("ip netns del " + name + (first ? " && umount /run/netns && rmdir /run/netns" : ""));
        }
    }
}
