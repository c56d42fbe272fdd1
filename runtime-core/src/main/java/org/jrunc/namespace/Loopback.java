package org.jrunc.namespace;

import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
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
        CallSequence calls = kernel.sequence();
        try {
            up(calls);
            calls.run();
        } catch (KernelException e) {
            throw failure(e);
        }
    }

    /** The same by way of a sequence of calls; the interface has no other flag yet that could be set. */
    static void up(CallSequence calls) {
        // Interface requests work on a socket of any family; this one is in every kernel.
        int socket = calls.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        Block request = Netdevice.ifreq("lo").u16(Netdevice.IFR_FLAGS, Netdevice.IFF_UP);
        calls.ioctl(socket, Netdevice.SIOCSIFFLAGS, request);
        calls.close(socket);
    }

    /** What there is to say when a call of {@link #up(CallSequence)} has failed. */
    static RuntimeFailure failure(KernelException e) {
        return new RuntimeFailure("unable to set up the loopback interface of the new network namespace: "
                + e.getMessage(), e);
    }
}
