package org.jrunc.namespace;

import static org.jrunc.kernel.Rtnetlink.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.InterfaceAddress;
import org.jrunc.kernel.InterfaceInfo;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Netdevice;
import org.jrunc.kernel.NetlinkHeader;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.RouteAttribute;
import org.jrunc.kernel.Sockets;

/**
 * The interfaces of a network namespace, by a socket of rtnetlink(7), which stays in the namespace in which it was made
 * and keeps that alive. The kernel answers while it takes the request, so nothing is ever waited for.
 */
final class RouteSocket implements AutoCloseable {

    /** Non-blocking only to be sure. */
    private static final int RAW = Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC | OpenFlags.O_NONBLOCK;
    private static final int BUFFER = 65536;
    private static final int ATTEMPTS = 8;
    /** What a user can say of an address, and not the kernel's own notes about it. */
    private static final int KEPT_FLAGS = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;

    private final Kernel kernel;
    private final int fd;
    private int sequence;

    /**
     * An address of an interface.
     *
     * @param info       its struct
     * @param flags      {@code IFA_F_*}
     * @param attributes what makes it: the address, the peer's, the broadcast address
     */
    record Address(InterfaceAddress info, int flags, List<RouteAttribute> attributes) {

        /** Whether it was configured, not found out, and is valid everywhere. */
        boolean isPermanent() {
            return (flags & IFA_F_PERMANENT) != 0 && info.scope() == RT_SCOPE_UNIVERSE;
        }
    }

    /** Uses a socket that {@link #open} made, and closes it in the end. */
    RouteSocket(Kernel kernel, int fd) {
        this.kernel = kernel;
        this.fd = fd;
    }

    /** Opens a socket in the network namespace of a process; returns the descriptor in that process. */
    static int open(Kernel kernel) {
        return kernel.socket(AF_NETLINK, RAW, NETLINK_ROUTE);
    }

    /** The index of an interface, -1 if there is none of this name. */
    int index(String name) {
        Block request = Netdevice.ifreq(name);
        try {
            kernel.ioctl(fd, Netdevice.SIOCGIFINDEX, request);
            return request.u32(Netdevice.IFR_IFINDEX);
        } catch (KernelException e) {
            if (e.is(Errno.ENODEV)) {
                return -1;
            }
            throw e;
        }
    }

    /** {@code IFF_*} of an interface. */
    int flags(String name) {
        Block request = Netdevice.ifreq(name);
        kernel.ioctl(fd, Netdevice.SIOCGIFFLAGS, request);
        return request.u16(Netdevice.IFR_FLAGS);
    }

    /** Sets an interface up. */
    void setUp(String name) {
        Block request = Netdevice.ifreq(name).u16(Netdevice.IFR_FLAGS, flags(name) | Netdevice.IFF_UP);
        kernel.ioctl(fd, Netdevice.SIOCSIFFLAGS, request);
    }

    /**
     * Moves an interface to the namespace of another socket, where it has another name, is down and has no addresses.
     * When that is refused, nothing about it has changed; but it may be moved and not renamed.
     */
    void move(int index, RouteSocket to, String name) {
        int namespace = kernel.ioctl(to.fd, Netdevice.SIOCGSKNS, Arg.none());
        try {
            List<RouteAttribute> attributes = List.of(RouteAttribute.text(IFLA_IFNAME, name),
                    RouteAttribute.u32(IFLA_NET_NS_FD, namespace));
            ByteBuffer request = request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, InterfaceInfo.SIZE, attributes);
            new InterfaceInfo(index).write(request);
            send("RTM_NEWLINK", request, attributes);
        } finally {
            kernel.close(namespace);
        }
    }

    /** The addresses of an interface. */
    List<Address> addresses(int index) {
        for (int attempt = 1;; attempt++) {
            List<Address> found = new ArrayList<>();
            ByteBuffer request = request(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, InterfaceAddress.SIZE, List.of());
            new InterfaceAddress(0, 0, 0, 0, 0).write(request);
            kernel.write(fd, request.array());
            if (dump(index, found) || attempt == ATTEMPTS) {
                return found;
            }
        }
    }

    /** Reads a dump to its end; returns false if the list changed meanwhile, so that it may lack something. */
    private boolean dump(int index, List<Address> found) {
        boolean complete = true;
        for (;;) {
            ByteBuffer answer = ByteBuffer.wrap(kernel.read(fd, BUFFER)).order(ByteOrder.nativeOrder());
            while (answer.remaining() >= NetlinkHeader.SIZE) {
                int start = answer.position();
                NetlinkHeader header = NetlinkHeader.read(answer);
                complete &= (header.flags() & NLM_F_DUMP_INTR) == 0;
                if (header.type() == NLMSG_DONE) {
                    return complete;
                }
                if (header.type() == NLMSG_ERROR) {
                    throw new KernelException("rtnetlink", "RTM_GETADDR", -answer.getInt());
                }
                InterfaceAddress info = InterfaceAddress.read(answer);
                List<RouteAttribute> attributes = RouteAttribute.readAll(answer, start + header.length());
                if (info.index() == index) {
                    found.add(address(info, attributes));
                }
                answer.position(Math.min(answer.limit(), start + NetlinkHeader.align(header.length())));
            }
        }
    }

    private static Address address(InterfaceAddress info, List<RouteAttribute> all) {
        int flags = info.flags();
        List<RouteAttribute> kept = new ArrayList<>();
        for (RouteAttribute attribute : all) {
            switch (attribute.type()) {
                case IFA_FLAGS:
                    flags = attribute.u32();
                    break;
                case IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST:
                    kept.add(attribute);
                    break;
                default:
                    // IFA_LABEL has the old name; the rest are times and statistics.
            }
        }
        return new Address(info, flags, kept);
    }

    /** Adds an address to an interface. */
    void add(Address address, int index) {
        InterfaceAddress old = address.info();
        List<RouteAttribute> attributes = new ArrayList<>(address.attributes());
        attributes.add(RouteAttribute.u32(IFA_FLAGS, address.flags() & KEPT_FLAGS));
        ByteBuffer request = request(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                InterfaceAddress.SIZE, attributes);
        new InterfaceAddress(old.family(), old.prefixLength(), 0, old.scope(), index).write(request);
        send("RTM_NEWADDR", request, attributes);
    }

    private ByteBuffer request(int type, int flags, int struct, List<RouteAttribute> attributes) {
        int size = NetlinkHeader.SIZE + struct;
        for (RouteAttribute attribute : attributes) {
            size += attribute.size();
        }
        ByteBuffer request = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        new NetlinkHeader(size, type, flags, ++sequence).write(request);
        return request;
    }

    private void send(String name, ByteBuffer request, List<RouteAttribute> attributes) {
        for (RouteAttribute attribute : attributes) {
            attribute.write(request);
        }
        kernel.write(fd, request.array());
        ByteBuffer answer = ByteBuffer.wrap(kernel.read(fd, BUFFER)).order(ByteOrder.nativeOrder());
        NetlinkHeader header = NetlinkHeader.read(answer);
        int error = header.type() == NLMSG_ERROR ? answer.getInt() : -Errno.EPROTO;
        if (error != 0) {
            throw new KernelException("rtnetlink", name, -error);
        }
    }

    @Override
    public void close() {
        kernel.close(fd);
    }
}
