package org.jrunc.namespace;

import org.jrunc.kernel.Block;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Netdevice;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Sockets;
import org.jrunc.report.RuntimeFailure;

/** The loopback interface of a new network namespace: it is there, but down; engines expect it up. */
public final class Loopback {

    private Loopback() {
    }

    /**
     * Sets {@code lo} up where another process is.
     *
     * @param hands a process of our own, which then is in that network namespace
     * @param pid   the other one, for that process
     */
    public static void upOf(Kernel hands, int pid) {
        int namespace = hands.openat(Kernel.AT_FDCWD, "/proc/" + pid + "/ns/net",
                OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        hands.setns(namespace, Clone.CLONE_NEWNET);
        hands.close(namespace);
        up(hands);
    }

    /** Sets {@code lo} up, netdevice(7). */
    static void up(Kernel kernel) {
        int socket = -1;
        try {
            // Interface requests work on a socket of any family; this one is in every kernel.
            socket = kernel.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
            Block request = Netdevice.ifreq("lo");
            kernel.ioctl(socket, Netdevice.SIOCGIFFLAGS, request);
            request.u16(Netdevice.IFR_FLAGS, request.u16(Netdevice.IFR_FLAGS) | Netdevice.IFF_UP);
            kernel.ioctl(socket, Netdevice.SIOCSIFFLAGS, request);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to set up the loopback interface of the new network namespace: "
                    + e.getMessage(), e);
        } finally {
            if (socket >= 0) {
                kernel.close(socket);
            }
        }
    }
}
