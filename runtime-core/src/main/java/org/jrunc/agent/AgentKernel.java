package org.jrunc.agent;

import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;

/**
 * The kernel as an agent process sees it: every system call is written to the shared region as a record, and made by
 * that process. For one thread at a time.
 */
public final class AgentKernel implements Kernel {

    /** How long one system call of an agent may take before the agent counts as hung. */
    private static final long DEADLINE_SECONDS = 30;

    private final LibcKernel libc;
    private final Abi abi;
    private final Space lane;
    private final int socket;
    private final int remoteSocket;
    private final Mailbox mailbox;
    private final Step step;
    private final long heap;
    /** Whether the agent has something to do, and does not wait for a program. */
    private boolean busy;

    /**
     * A kernel over a lane whose agent will wait in it.
     *
     * @param socket       this JVM's end of the socket pair
     * @param remoteSocket number of the other end in the agent
     */
    AgentKernel(LibcKernel libc, Abi abi, Space lane, int socket, int remoteSocket) {
        this(libc, abi, lane, socket, remoteSocket, "");
    }

    /**
     * As above.
     *
     * @param lastWords what the agent says on stderr when this JVM is gone
     */
    AgentKernel(LibcKernel libc, Abi abi, Space lane, int socket, int remoteSocket, String lastWords) {
        this.libc = libc;
        this.abi = abi;
        this.lane = lane;
        this.socket = socket;
        this.remoteSocket = remoteSocket;
        this.mailbox = new Mailbox(abi, lane, remoteSocket, lastWords);
        this.step = new Step(lane);
        this.heap = lane.mark();
        // The deadline is the socket's own, so that waiting for an answer is one system call.
        libc.call(Syscall.SETSOCKOPT, Arg.of(socket), Arg.of(Sockets.SOL_SOCKET), Arg.of(Sockets.SO_RCVTIMEO),
                Block.in(16).u64(0, DEADLINE_SECONDS), Arg.of(16));
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        prepare(call, arguments);
        start(step);
        awaitDone(call);
        step.collect();
        return step.result();
    }

    /**
     * Gives the agent a copy of a descriptor of this process.
     *
     * @return its number in the agent, close-on-exec
     */
    public int send(int fd) {
        return send(new int[] {fd})[0];
    }

    /** As {@link #send(int)}, of several descriptors at once. */
    public int[] send(int... fds) {
        MessageHeader message = MessageHeader.receiving(1, fds.length);
        prepare(Syscall.RECVMSG, Arg.of(remoteSocket), message.block(), Arg.of(MessageHeader.MSG_CMSG_CLOEXEC));
        start(step);
        libc.sendDescriptors(socket, new byte[1], fds);
        awaitDone("recvmsg");
        step.collect();
        check(step.result(), Syscall.RECVMSG, Arg.of(remoteSocket));
        int[] received = message.descriptors();
        if (received.length != fds.length) {
            throw new IllegalStateException("a message came without the descriptors that were expected");
        }
        return received;
    }

    /**
     * Gets a copy of a descriptor of the agent.
     *
     * @return its number in this process, close-on-exec
     */
    public int fetch(int remoteFd) {
        prepare(Syscall.SENDMSG, Arg.of(remoteSocket), MessageHeader.sending(new byte[1], remoteFd), Arg.of(0));
        start(step);
        MessageHeader message = MessageHeader.receiving(1);
        long received;
        do {
            received = libc.invoke(Syscall.RECVMSG, Arg.of(socket), message.block(),
                    Arg.of(MessageHeader.MSG_CMSG_CLOEXEC));
        } while (received == -Errno.EINTR);
        checkDeadline(received, "sendmsg");
        if (!message.hasDescriptor()) {
            if (step.result() != Record.NEVER) {
                // What came is the byte that says "done": there was nothing to send.
                check(step.result(), Syscall.SENDMSG, Arg.of(remoteSocket), Arg.of(remoteFd));
            }
            throw new AgentException("the agent process has ended in sendmsg");
        }
        awaitDone("sendmsg");
        return libc.received(message.descriptor())[0];
    }

    @Override
    public Batch sequence() {
        lane.release(heap);
        return new Batch(this, false);
    }

    @Override
    public Batch independent() {
        lane.release(heap);
        return new Batch(this, true);
    }

    /** Takes the lane's memory for a program of several records. */
    void reset() {
        lane.release(heap);
    }

    Abi abi() {
        return abi;
    }

    Space lane() {
        return lane;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** The number of the socket that the agent is served through, in the agent: it must not be closed there. */
    public int remoteSocket() {
        return remoteSocket;
    }

    int socket() {
        return socket;
    }

    LibcKernel libc() {
        return libc;
    }

    /** Lets the agent run from a record on. */
    synchronized void start(Step first) {
        busy = true;
        if (libc.sendWord(socket, first.address()) < 0) {
            throw new AgentException("the agent process has ended");
        }
    }

    /**
     * Waits until the agent has come to the mailbox's done record.
     *
     * @param what what to call it when it does not come; its text is made only then
     */
    void awaitDone(Object what) {
        long received;
        do {
            received = libc.receiveByte(socket);
        } while (received == -Errno.EINTR);
        checkDeadline(received, what);
        if (received != 1) {
            throw new AgentException("the agent process has ended in " + what);
        }
        idle();
    }

    private synchronized void idle() {
        busy = false;
    }

    /**
     * Lets an agent that waits for a program know that this JVM is still there: it reads the address of the record that
     * it is in, and goes on waiting. May be called by any thread.
     */
    synchronized void signOfLife() {
        if (!busy) {
            // An agent that was stopped does not read: that must not stop this thread, too.
            LibcKernel.here().invoke(Syscall.SENDTO, Arg.of(socket), Block.in(8).u64(0, mailbox.waiting().address()),
                    Arg.of(8), Arg.of(MessageHeader.MSG_NOSIGNAL | MessageHeader.MSG_DONTWAIT), Arg.none(), Arg.none());
        }
    }

    /** Ends the connection. The socket's number may be another one's at once: no sign of life goes there. */
    synchronized void close() {
        busy = true;
        libc.close(socket);
    }

    private static void checkDeadline(long received, Object what) {
        if (received == -Errno.EAGAIN) {
            throw new AgentException("no answer from the agent process within " + DEADLINE_SECONDS
                    + " s, it is still in " + what);
        }
    }

    private void prepare(Syscall call, Arg... arguments) {
        lane.release(heap);
        step.call(abi, call, arguments).onPositive(mailbox.done()).onNegative(mailbox.done());
        if (call != Syscall.CLOSE) {
            step.retryOn(Errno.EINTR);
        }
    }
}
