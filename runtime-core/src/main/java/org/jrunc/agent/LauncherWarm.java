package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;

/**
 * The launcher's attempt to be the hands of a warm brain, see {@link WarmProtocol}. It is given up, with nothing done,
 * when there is none, when it is somebody else's, and when it does not answer as it should: then the launcher goes on
 * cold. Whatever it has opened meanwhile is close-on-exec.
 */
final class LauncherWarm {

    private static final int SCM_RIGHTS = 1;
    /** {@code CMSG_LEN} is this and 4 for each descriptor. */
    private static final int CMSG_HEADER = 16;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_FIXED_NOREPLACE = 0x100001;

    private final ElfImage image;
    private final LauncherFailure failure;
    private final long hello;
    /** The caller's XDG_RUNTIME_DIR, or 0. */
    private final long runtimeDirectory;
    private final long socket;
    /** This one and the next two are loaded 4 bytes further ahead: as the upper half of a word. */
    private final long directory;
    private final long euid;
    private final long peer;

    LauncherWarm(ElfImage image, LauncherFailure failure, long hello) {
        this.image = image;
        this.failure = failure;
        this.hello = hello;
        this.runtimeDirectory = image.space().word();
        this.socket = image.space().word();
        this.directory = image.wordBehindZeroes();
        this.euid = image.wordBehindZeroes();
        this.peer = image.wordBehindZeroes();
    }

    /**
     * The program.
     *
     * @param environment word with the address of the caller's environ
     * @param cold        where to go when there is no brain
     */
    Step program(long environment, Step cold) {
        LauncherStrings variables = new LauncherStrings(image);
        LauncherCode begin = new LauncherCode(image);
        begin.copy(environment, 0, variables.vector());
        LauncherCode found = new LauncherCode(image);
        String name = "XDG_RUNTIME_DIR=";
        found.copy(variables.stringLessOne(), 1 + name.length(), runtimeDirectory);
        variables.onBeginning(name, found.end(variables.advance()));
        variables.onText(WarmProtocol.OFF, cold);
        variables.otherwise(variables.advance());
        variables.onEnd(connect(cold));
        return begin.end(variables.first());
    }

    private Step connect(Step cold) {
        Step talk = talk(cold);
        LauncherCode code = new LauncherCode(image);
        code.call(Syscall.OPENAT, Arg.of(Kernel.AT_FDCWD), Arg.text("."),
                Arg.of(OpenFlags.O_PATH | OpenFlags.O_CLOEXEC), Arg.of(0)).storeAt(directory).onNegative(cold);
        code.call(Syscall.SOCKET, Arg.of(Sockets.AF_UNIX), Arg.of(Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC),
                Arg.of(0)).storeAt(socket).onNegative(cold);
        timeout(code, Sockets.SO_SNDTIMEO, cold);
        Step who = code.call(Syscall.GETEUID).storeAt(euid);
        Step user = connectAsUser(talk, cold);
        who.onPositive(user).onNegative(user);

        LauncherCode root = new LauncherCode(image);
        Step connect = connect(root, WarmProtocol.ROOT_DIRECTORY + "/" + WarmProtocol.SOCKET);
        connect.onNegative(cold);
        who.onZero(root.end(talk));
        return code.end(cold);
    }

    /** By a path that is relative to XDG_RUNTIME_DIR: there is no way to join two strings. */
    private Step connectAsUser(Step talk, Step cold) {
        LauncherCode code = new LauncherCode(image);
        // The way back must be open: a directory may be one that its user may not enter.
        code.call(0, directory, Syscall.FCHDIR, Arg.of(0)).onNegative(cold);
        // Without the variable EFAULT.
        code.call(0, runtimeDirectory, Syscall.CHDIR, Arg.of(0)).onNegative(cold);
        long connected = image.space().word();
        Step connect = connect(code, WarmProtocol.SOCKET);
        connect.storeAt(connected);
        Step back = code.call(0, directory, Syscall.FCHDIR, Arg.of(0));
        back.onNegative(failure.of(back, "return to the working directory"));
        code.expect(connected, 0, cold);
        return code.end(talk);
    }

    private Step connect(LauncherCode code, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        byte[] address = ByteBuffer.allocate(2 + bytes.length + 1).order(ByteOrder.nativeOrder())
                .putShort((short) Sockets.AF_UNIX).put(bytes).array();
        return code.call(0, socket, Syscall.CONNECT, Arg.of(0), Block.in(address), Arg.of(address.length))
                .retryOn(Errno.EINTR);
    }

    private void timeout(LauncherCode code, int option, Step cold) {
        code.call(0, socket, Syscall.SETSOCKOPT, Arg.of(0), Arg.of(Sockets.SOL_SOCKET), Arg.of(option),
                Block.in(16).u64(0, WarmProtocol.TIMEOUT_SECONDS), Arg.of(16)).onNegative(cold);
    }

    private Step talk(Step cold) {
        LauncherCode code = new LauncherCode(image);
        timeout(code, Sockets.SO_RCVTIMEO, cold);
        checkPeer(code, cold);
        sendHello(code, cold);

        Step jump = image.step();
        jump.move(jump.argument(5), 1).then(cold);
        long rights = image.space().put(new byte[CMSG_HEADER + Long.BYTES]);
        Step receive = code.call(0, socket, Syscall.RECVMSG, Arg.of(0),
                Arg.of(message(jump.positive(), Long.BYTES, rights, CMSG_HEADER + Integer.BYTES)),
                Arg.of(MessageHeader.MSG_CMSG_CLOEXEC)).retryOn(Errno.EINTR).onZero(cold).onNegative(cold);
        code.expect(receive.resultWord(), Long.BYTES, cold);
        code.expect(rights, CMSG_HEADER + Integer.BYTES, cold);
        code.expect(rights + Long.BYTES, Sockets.SOL_SOCKET | (long) SCM_RIGHTS << 32, cold);
        // The upper half of the address: behind it is the target for zero, which is 0. After that the address is no
        // number that differs from another one by Record.NEVER.
        code.expect(jump.positive() + Integer.BYTES, Region.BASE >>> 32, cold);
        code.copy(jump.positive(), Record.STRIDE - Region.BASE - Region.SIZE - 1, image.space().word())
                .onPositive(cold);

        // The descriptor is 4 bytes; the 4 behind it stay zero.
        long memory = rights + CMSG_HEADER;
        code.call(4, memory, Syscall.MMAP, Arg.of(Region.BASE), Arg.of(Region.SIZE), Arg.of(PROT_READ_WRITE),
                Arg.of(MAP_SHARED_FIXED_NOREPLACE), Arg.of(0), Arg.of(0)).onNegative(cold);
        code.call(0, memory, Syscall.CLOSE, Arg.of(0));
        return code.end(jump);
    }

    /** The peer must have the caller's own user id: {@code struct ucred} is pid, uid and gid, 4 bytes each. */
    private void checkPeer(LauncherCode code, Step cold) {
        long credentials = image.space().put(new byte[16]);
        long length = image.space().word();
        image.space().set(length, 12);
        code.call(0, socket, Syscall.GETSOCKOPT, Arg.of(0), Arg.of(Sockets.SOL_SOCKET), Arg.of(Sockets.SO_PEERCRED),
                Arg.of(credentials), Arg.of(length)).onNegative(cold);
        // No user and no group has the number -1.
        code.copy(credentials + Integer.BYTES, 0, peer).never(-1);
        Step own = code.copy(euid - Integer.BYTES, 0, 0).never(1);
        Step compare = code.expect(peer - Integer.BYTES, 0, cold).never(1);
        own.storeAt(compare.argument(2));
    }

    private void sendHello(LauncherCode code, Step cold) {
        long payload = image.space().allocate(WarmProtocol.HELLO_BYTES);
        image.space().set(payload, hello);
        long length = CMSG_HEADER + WarmProtocol.DESCRIPTORS * Integer.BYTES;
        long rights = image.space().allocate(length);
        image.space().set(rights, length);
        image.space().set(rights + 8, Sockets.SOL_SOCKET | (long) SCM_RIGHTS << 32);
        image.space().set(rights + 16, 1L << 32);
        // 2 and the directory.
        code.copy(directory - Integer.BYTES, 2, rights + 24);
        code.copy(socket, 0, payload + 8);
        Step send = code.call(0, socket, Syscall.SENDMSG, Arg.of(0),
                Arg.of(message(payload, WarmProtocol.HELLO_BYTES, rights, length)),
                Arg.of(MessageHeader.MSG_NOSIGNAL)).retryOn(Errno.EINTR);
        code.expect(send.resultWord(), WarmProtocol.HELLO_BYTES, cold);
        code.call(0, directory, Syscall.CLOSE, Arg.of(0));
    }

    /** A {@code struct msghdr} with one buffer. */
    private long message(long payload, long length, long control, long controlLength) {
        Block vector = Block.in(16).u64(0, payload).u64(8, length);
        return Block.in(56).point(16, vector).u64(24, 1).u64(32, control).u64(40, controlLength).place(image.space());
    }
}
