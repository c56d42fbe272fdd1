package org.jrunc.namespace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Netdevice;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.NetDevice;

/**
 * {@code linux.netDevices} (config-linux.md, Network Devices): interfaces of the host that move to the container's
 * network namespace, with their permanent addresses of global scope. While the container lives nobody touches them.
 * When its namespace ends, the kernel gives physical ones back to the first namespace of the host, and destroys others,
 * network_namespaces(7); a create that fails brings them back.
 */
public final class NetDevices implements AutoCloseable {

    private static final int LAST_NUMBER = 32767;

    private final LibcKernel libc;
    private final Map<String, NetDevice> devices;
    private final RuntimeLog log;
    private final RouteSocket host;
    private final List<Move> moves = new ArrayList<>();
    private RouteSocket container;

    /**
     * One device on its way.
     *
     * @param name   what it is called on the host
     * @param target what it is called in the container
     * @param up     whether it is up on the host
     */
    public record Move(String name, String target, boolean up) {

        /** For the journal. */
        @Override
        public String toString() {
            return name + ' ' + target + (up ? " up" : " down");
        }

        /** Reads what {@link #toString} wrote. */
        public static Move parse(String text) {
            int first = text.indexOf(' ');
            int second = text.indexOf(' ', first + 1);
            return new Move(text.substring(0, first), text.substring(first + 1, second), text.endsWith("up"));
        }
    }

    /**
     * Checks that there are these devices. None of them is touched.
     *
     * @param devices not empty
     * @throws RuntimeFailure naming the entry that can not be moved
     */
    public NetDevices(LibcKernel libc, Map<String, NetDevice> devices, RuntimeLog log) {
        this.libc = libc;
        this.devices = devices;
        this.log = log;
        if (libc.geteuid() != 0) {
            throw new RuntimeFailure("network devices are not supported for rootless containers: /linux/netDevices");
        }
        host = new RouteSocket(libc, RouteSocket.open(libc));
        for (String name : devices.keySet()) {
            if (host.index(name) < 0) {
                throw new RuntimeFailure("link not found for interface " + name + " on runtime namespace: "
                        + pointer(name) + ": the runtime's network namespace has no such device");
            }
            if ((host.flags(name) & Netdevice.IFF_LOOPBACK) != 0) {
                throw new RuntimeFailure("fail to move network device " + name + ": " + pointer(name)
                        + ": every network namespace keeps its own loopback device");
            }
        }
    }

    private static String pointer(String name) {
        return "/linux/netDevices/" + name.replace("~", "~0");
    }

    /** Opens the network namespace of the container's process, the target. */
    public void enter(int pid) {
        container = socketIn(libc, "/proc/" + pid + "/ns/net");
    }

    /** A process enters a network namespace for us; the socket it opens there stays in that namespace. */
    private static RouteSocket socketIn(LibcKernel libc, String namespace) {
        Agent agent = Agent.spawn(libc, "jrunc:[NET]");
        try {
            AgentKernel hands = agent.kernel();
            hands.setns(hands.openat(Kernel.AT_FDCWD, namespace, OpenFlags.O_CLOEXEC, 0), Clone.CLONE_NEWNET);
            return new RouteSocket(libc, hands.fetch(RouteSocket.open(hands)));
        } finally {
            agent.close();
            agent.reap();
            agent.closeRegion();
        }
    }

    /** The names of the devices on the host. */
    public Iterable<String> names() {
        return devices.keySet();
    }

    /**
     * What is to be done with a device.
     *
     * @throws RuntimeFailure if its name is taken in the container
     */
    public Move plan(String name) {
        String wanted = devices.get(name).name().orElse("");
        String target = wanted.isEmpty() ? name : wanted;
        int template = target.indexOf("%d");
        if (template >= 0) {
            target = numbered(target.substring(0, template), target.substring(template + 2));
        }
        if (container.index(target) >= 0) {
            throw new RuntimeFailure("fail to move network device " + name + ": " + pointer(name)
                    + (wanted.isEmpty() ? "" : "/name") + ": the container's network namespace has a device " + target
                    + " already" + (wanted.isEmpty() ? ": give it another name with \"name\"" : ""));
        }
        return new Move(name, target, (host.flags(name) & Netdevice.IFF_UP) != 0);
    }

    /** As the kernel does for a template: the first number that is free. */
    private String numbered(String before, String after) {
        for (int number = 0; number < LAST_NUMBER; number++) {
            if (container.index(before + number + after) < 0) {
                return before + number + after;
            }
        }
        return before + LAST_NUMBER + after;
    }

    /**
     * Moves a device, gives it the addresses it had, and sets it up.
     *
     * @throws RuntimeFailure naming its entry
     */
    public void move(Move move) {
        moves.add(move);
        try {
            transfer(host, move.name(), container, move.target(), true);
        } catch (KernelException e) {
            throw new RuntimeFailure("fail to move network device " + move.name() + " to network namespace: "
                    + pointer(move.name()) + ": " + e.getMessage() + (e.is(Errno.EINVAL)
                    ? " (a device of this kind can not leave its network namespace)" : ""), e);
        }
    }

    private static void transfer(RouteSocket from, String name, RouteSocket to, String target, boolean up) {
        int index = from.index(name);
        // Before the move: the device loses its addresses with it.
        List<RouteSocket.Address> addresses = from.addresses(index);
        from.move(index, to, target);
        int moved = to.index(target);
        for (RouteSocket.Address address : addresses) {
            if (address.isPermanent()) {
                to.add(address, moved);
            }
        }
        if (up) {
            to.setUp(target);
        }
    }

    /** Brings back what was moved: the container is not to be. Its processes may have ended. */
    public void giveBack() {
        for (Move move : moves.reversed()) {
            giveBack(move, container, host, log);
        }
        moves.clear();
    }

    private static void giveBack(Move move, RouteSocket container, RouteSocket host, RuntimeLog log) {
        try {
            if (host.index(move.name()) >= 0) {
                return;
            }
            // A device may have been moved, and then not been renamed.
            String there = container.index(move.target()) >= 0 ? move.target() : move.name();
            if (container.index(there) >= 0) {
                transfer(container, there, host, move.name(), move.up());
            }
        } catch (KernelException e) {
            log.warn("network device " + move.name() + " could not be brought back to the host: " + e.getMessage());
        }
    }

    /**
     * Brings back a device that a create that was killed had moved, from a namespace that outlives the container.
     *
     * @param namespace path of the network namespace
     */
    public static void giveBack(LibcKernel libc, Move move, String namespace, RuntimeLog log) {
        try (RouteSocket container = socketIn(libc, namespace);
                RouteSocket host = new RouteSocket(libc, RouteSocket.open(libc))) {
            giveBack(move, container, host, log);
        } catch (KernelException e) {
            log.warn("network device " + move.name() + " could not be brought back from " + namespace + ": "
                    + e.getMessage());
        }
    }

    @Override
    public void close() {
        host.close();
        if (container != null) {
            container.close();
        }
    }
}
