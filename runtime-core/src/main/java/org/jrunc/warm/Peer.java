package org.jrunc.warm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.agent.DroppedVariables;
import org.jrunc.agent.WarmProtocol;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;

/**
 * A client that has connected, and what it was called with. Nothing is taken from what it says but the number of its
 * socket: the kernel tells who it is, and /proc the rest.
 *
 * @param pid    its process
 * @param remote the number of its end of the connection, there
 * @param out    its stdout, in this process
 * @param err    its stderr, in this process
 * @param cwd    its working directory, in this process, opened with {@code O_PATH}
 * @param umask  its file mode creation mask, umask(2)
 * @param call   what it was called with
 */
record Peer(int pid, int remote, int out, int err, int cwd, int umask, Call call) {

    private static final int POLLIN = 1;
    private static final int OCTAL = 8;
    /** Since Linux 6.5; the headers of older hosts do not have it. */
    private static final int SO_PEERPIDFD = 77;

    /**
     * Receives a client's hello and looks at the client.
     *
     * @param self who may be served
     * @return null when it is none for this server: of another build, or not equal to this process
     * @throws KernelException when it has gone, or may not be looked at
     */
    static Peer receive(LibcKernel libc, int socket, Identity self) {
        libc.call(Syscall.SETSOCKOPT, Arg.of(socket), Arg.of(Sockets.SOL_SOCKET), Arg.of(Sockets.SO_RCVTIMEO),
                Block.in(16).u64(0, WarmProtocol.TIMEOUT_SECONDS), Arg.of(16));
        MessageHeader message = MessageHeader.receiving(WarmProtocol.HELLO_BYTES, WarmProtocol.DESCRIPTORS);
        long received = libc.call(Syscall.RECVMSG, Arg.of(socket), message.block(),
                Arg.of(MessageHeader.MSG_CMSG_CLOEXEC));
        int[] fds = libc.received(message.descriptors());
        Block hello = Block.in(message.payload(WarmProtocol.HELLO_BYTES));
        if (received != WarmProtocol.HELLO_BYTES || fds.length != WarmProtocol.DESCRIPTORS
                || hello.u64(0) != WarmProtocol.hello()) {
            return null;
        }
        int pid = pid(libc, socket);
        // Open before anything is read, so that all of it is this process's when it still runs afterwards.
        int pidfd = pidfd(libc, socket, pid);
        String proc = "/proc/" + pid;
        String status = Identity.read(libc, proc + "/status");
        if (!Identity.of(libc, proc, status).equals(self)) {
            return null;
        }
        Call call = call(libc, proc, libc.readlinkat(Kernel.AT_FDCWD, "/proc/self/fd/" + fds[3]));
        if (libc.poll(pidfd, POLLIN, 0) != 0) {
            return null;
        }
        return new Peer(pid, (int) hello.u64(8), fds[1], fds[2], fds[3],
                Integer.parseInt(Identity.field(status, "Umask"), OCTAL), call);
    }

    /** The process that made the connection, unix(7): {@code struct ucred} of pid, uid and gid. */
    private static int pid(LibcKernel libc, int socket) {
        return ask(libc, socket, Sockets.SO_PEERCRED, Block.out(12));
    }

    /** That process and no later one of the same pid; before Linux 6.5 the one that has the pid now. */
    private static int pidfd(LibcKernel libc, int socket, int pid) {
        try {
            return libc.received(ask(libc, socket, SO_PEERPIDFD, Block.out(4)))[0];
        } catch (KernelException e) {
            if (!e.is(Errno.ENOPROTOOPT)) {
                throw e;
            }
            return libc.pidfdOpen(pid);
        }
    }

    /** The first number that getsockopt(2) says for an option of the socket layer. */
    private static int ask(LibcKernel libc, int socket, int option, Block answer) {
        libc.call(Syscall.GETSOCKOPT, Arg.of(socket), Arg.of(Sockets.SOL_SOCKET), Arg.of(option), answer,
                Block.in(4).u32(0, answer.bytes().length));
        return answer.u32(0);
    }

    private static Call call(LibcKernel libc, String proc, String cwd) {
        List<String> words = strings(Identity.read(libc, proc + "/cmdline"));
        Map<String, String> environment = new HashMap<>();
        for (String variable : strings(Identity.read(libc, proc + "/environ"))) {
            int equals = variable.indexOf('=', 1);
            if (equals > 0 && !DroppedVariables.contains(variable)) {
                environment.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        // What the kernel says of a directory that was deleted is no path.
        Path directory = Path.of(cwd.startsWith("/") && !cwd.endsWith(" (deleted)") ? cwd : "/");
        return new Call(words.isEmpty() ? "jrunc" : words.getFirst(),
                words.isEmpty() ? List.of() : List.copyOf(words.subList(1, words.size())), environment, directory);
    }

    /** Strings that each end in a NUL. */
    private static List<String> strings(String joined) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int end = joined.indexOf(0); end >= 0; end = joined.indexOf(0, start)) {
            strings.add(joined.substring(start, end));
            start = end + 1;
        }
        return strings;
    }
}
