package org.jrunc.criu;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.Launch;
import org.jrunc.hooks.WaitStatus;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/** A {@code criu swrk} process, and the conversation with it: one request, events, one response. */
public final class Criu {

    private static final int SOCK_SEQPACKET = 5;
    private static final int NOTIFY = 6;
    private static final int F_SETFD = 2;
    private static final int LARGEST = 1 << 16;

    private final LibcKernel libc;
    private final Agent process;
    private final int socket;
    private RuntimeException refusal;

    private Criu(LibcKernel libc, Agent process, int socket) {
        this.libc = libc;
        this.process = process;
        this.socket = socket;
    }

    /** Path of the program: in {@code PATH}, or where distributions have it. */
    public static Optional<String> find(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        for (int start = 0; start <= path.length();) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            File program = new File(path.substring(start, end), "criu");
            if (program.isAbsolute() && program.isFile() && program.canExecute()) {
                return Optional.of(program.getPath());
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /**
     * Has a process become criu.
     *
     * @param process     forked as a sibling and for a program; what it is in, criu and the processes it makes are in
     * @param environment criu's
     * @param keep        descriptors of the process, from 3 on, that criu is to have
     */
    public static Criu start(LibcKernel libc, Agent process, String program, List<String> environment,
            List<Integer> keep) {
        // Made over there: criu looks for the directories of a request among the descriptors of who made the socket, and
        // they have to be in its own mount namespace.
        int[] ends = process.kernel().socketpair(Sockets.AF_UNIX, SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC);
        int socket = process.kernel().fetch(ends[0]);
        int[] told = libc.pipe2(OpenFlags.O_CLOEXEC);
        try {
            int remote = ends[1];
            int status = process.kernel().send(told[1]);
            closeOthers(process, remote, status, keep);
            process.kernel().fcntl(remote, F_SETFD, 0);
            for (int fd : keep) {
                process.kernel().fcntl(fd, F_SETFD, 0);
            }
            Launch.release(process, new Launch.Plan(Launch.AT_ONCE, status, List.of(), program,
                    List.of("criu", "swrk", Integer.toString(remote)), environment, Optional.empty()));
        } finally {
            libc.close(told[1]);
        }
        try {
            check(libc, told[0], program);
        } finally {
            libc.close(told[0]);
        }
        return new Criu(libc, process, socket);
    }

    private static void closeOthers(Agent process, int socket, int status, List<Integer> keep) {
        boolean[] kept = new boolean[1 << 10];
        kept[socket] = true;
        kept[status] = true;
        kept[process.kernel().remoteSocket()] = true;
        for (int fd : keep) {
            kept[fd] = true;
        }
        int from = 3;
        for (int fd = 3; fd < kept.length; fd++) {
            if (kept[fd]) {
                if (fd > from) {
                    process.kernel().closeRange(from, fd - 1, 0);
                }
                from = fd + 1;
            }
        }
        process.kernel().closeRange(from, -1, 0);
    }

    /** The pipe ends when the program runs; what is in it behind the first byte is why it does not. */
    private static void check(LibcKernel libc, int told, String program) {
        byte[] first = libc.read(told, 1);
        byte[] errno = first.length == 0 ? first : libc.read(told, 8);
        if (first.length == 0 || errno.length == 8) {
            throw new RuntimeFailure("can not run criu: " + program + (first.length == 0 ? ": the process was killed"
                    : ": execve: " + Errno.name(-(int) ByteBuffer.wrap(errno).order(ByteOrder.nativeOrder())
                            .getLong())));
        }
    }

    /**
     * Makes a request and waits for its response, which may take as long as memory takes to be written; criu itself
     * has deadlines for what could hang.
     *
     * @param log where criu writes its log, for the message of a failure
     * @return the pid of the first process that was restored, otherwise 0
     * @throws RuntimeFailure when criu fails, with its own last words; or what {@code events} has thrown
     */
    public int request(RequestType type, CriuOptions options, CriuEvents events, File log) {
        Message request = new Message().number(1, type.number()).message(2, options.message());
        try {
            libc.write(socket, request.toBytes());
            for (;;) {
                Fields response = receive(events);
                if (response.number(1) == NOTIFY) {
                    continue;
                }
                if (response.number(2) == 0) {
                    throw failure(type, response, log);
                }
                return response.message(4).number(1);
            }
        } catch (KernelException e) {
            throw died(log, e);
        }
    }

    private Fields receive(CriuEvents events) {
        MessageHeader header = MessageHeader.receiving(LARGEST);
        long length;
        do {
            length = libc.invoke(Syscall.RECVMSG, Arg.of(socket), header.block(),
                    Arg.of(MessageHeader.MSG_CMSG_CLOEXEC));
        } while (length == -Errno.EINTR);
        if (length <= 0) {
            throw new KernelException("recvmsg", "criu", length == 0 ? Errno.EPIPE : (int) -length);
        }
        Fields response = new Fields(header.payload((int) length));
        if (response.number(1) == NOTIFY) {
            Fields notify = response.message(5);
            boolean accepted = tell(events, notify, header.hasDescriptor() ? header.descriptor() : -1);
            libc.write(socket, new Message().number(1, NOTIFY).number(3, accepted ? 1 : 0).toBytes());
        }
        return response;
    }

    private boolean tell(CriuEvents events, Fields notify, int descriptor) {
        try {
            events.happened(notify.text(1), notify.number(2), descriptor);
            return true;
        } catch (RuntimeException e) {
            refusal = e;
            return false;
        }
    }

    private RuntimeException failure(RequestType type, Fields response, File log) {
        if (refusal != null) {
            return refusal;
        }
        String words = CriuLog.errors(log);
        String message = response.text(9);
        return new RuntimeFailure("criu failed: type " + type + " errno " + response.number(7) + ": "
                + (words.isEmpty() ? message.isEmpty() ? "it does not say why" : message : words) + " (log file: "
                + log + ")");
    }

    private RuntimeException died(File log, KernelException e) {
        if (refusal != null) {
            return refusal;
        }
        String words = CriuLog.errors(log);
        int status = process.reap();
        return new RuntimeFailure("criu failed: it ended without an answer" + (status < 0 ? "" : ", "
                + WaitStatus.text(status)) + (words.isEmpty() ? "" : ": " + words) + " (log file: " + log + ")", e);
    }

    /** Ends the conversation, and with it criu. */
    public void close() {
        libc.close(socket);
        process.reap();
    }
}
