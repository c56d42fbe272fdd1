package org.jrunc.kernel;

import static org.jrunc.kernel.Arg.none;
import static org.jrunc.kernel.Arg.of;
import static org.jrunc.kernel.Arg.text;

import java.util.Arrays;
import java.util.List;

/**
 * The vocabulary: Linux system calls with types. Which process makes them is up to the binding, and is always explicit
 * in the code that uses it: {@link LibcKernel} is this process, an agent's kernel is another one, a recording one is
 * none. Each method is named as in section 2 of the manual, and throws {@link KernelException} when the call fails,
 * unless it says otherwise. Further families: {@link MountCalls}, {@link ProcessCalls}.
 */
public interface Kernel extends MountCalls, ProcessCalls {

    /** {@code AT_FDCWD}: relative paths start in the working directory. */
    int AT_FDCWD = -100;

    /** Calls up to the first that fails, for an agent in one round trip. */
    default CallSequence sequence() {
        return new ImmediateCalls(this, false);
    }

    /** As {@link #sequence}, but all of them are made: whether they failed is seen from their results. */
    default CallSequence independent() {
        return new ImmediateCalls(this, true);
    }

    /** openat(2). */
    default int openat(int dirfd, String path, int flags, int mode) {
        return (int) call(Syscall.OPENAT, of(dirfd), text(path), of(flags), of(mode));
    }

    /** openat2(2), with {@code RESOLVE_*} bits. */
    default int openat2(int dirfd, String path, long flags, int mode, long resolve) {
        Block how = Block.in(24).u64(0, flags).u64(8, mode).u64(16, resolve);
        for (int attempt = 0;; attempt++) {
            long result = invoke(Syscall.OPENAT2, of(dirfd), text(path), how, of(24));
            // RESOLVE_IN_ROOT answers EAGAIN when anything on the system was renamed or mounted meanwhile.
            if (result >= 0 || result != -Errno.EAGAIN || attempt == 127) {
                return (int) check(result, Syscall.OPENAT2, of(dirfd), text(path), of(flags), of(resolve));
            }
        }
    }

    /** close(2). An error is of no interest: the descriptor is gone in any case. */
    default void close(int fd) {
        invoke(Syscall.CLOSE, of(fd));
    }

    /** close_range(2). */
    default void closeRange(int first, int last, int flags) {
        call(Syscall.CLOSE_RANGE, of(first), of(last & 0xffffffffL), of(flags));
    }

    /** read(2) of at most {@code size} bytes; an empty array is the end of file. */
    default byte[] read(int fd, int size) {
        Block buffer = Block.out(size);
        int length = (int) call(Syscall.READ, of(fd), buffer, of(size));
        return Arrays.copyOf(buffer.bytes(), length);
    }

    /** pread(2) of at most {@code size} bytes. */
    default byte[] pread(int fd, int size, long offset) {
        Block buffer = Block.out(size);
        int length = (int) call(Syscall.PREAD64, of(fd), buffer, of(size), of(offset));
        return Arrays.copyOf(buffer.bytes(), length);
    }

    /** write(2): one call; returns how many bytes were taken. Files of /proc and cgroupfs take a value in one call. */
    default int write(int fd, byte[] bytes) {
        return (int) call(Syscall.WRITE, of(fd), Block.in(bytes), of(bytes.length));
    }

    /** lseek(2). */
    default long lseek(int fd, long offset, int whence) {
        return call(Syscall.LSEEK, of(fd), of(offset), of(whence));
    }

    /** ftruncate(2). */
    default void ftruncate(int fd, long size) {
        call(Syscall.FTRUNCATE, of(fd), of(size));
    }

    /** dup3(2); {@code oldFd} and {@code newFd} must differ. */
    default void dup3(int oldFd, int newFd, int flags) {
        call(Syscall.DUP3, of(oldFd), of(newFd), of(flags));
    }

    /** fcntl(2) with a number as argument. */
    default int fcntl(int fd, int command, long argument) {
        return (int) call(Syscall.FCNTL, of(fd), of(command), of(argument));
    }

    /** flock(2). */
    default void flock(int fd, int operation) {
        call(Syscall.FLOCK, of(fd), of(operation));
    }

    /** ioctl(2). */
    default int ioctl(int fd, long request, Arg argument) {
        return (int) call(Syscall.IOCTL, of(fd), of(request), argument);
    }

    /** mkdirat(2). */
    default void mkdirat(int dirfd, String path, int mode) {
        call(Syscall.MKDIRAT, of(dirfd), text(path), of(mode));
    }

    /** mknodat(2); {@code mode} has the file type, {@code device} is as {@link Stat#makedev} makes it. */
    default void mknodat(int dirfd, String path, int mode, long device) {
        call(Syscall.MKNODAT, of(dirfd), text(path), of(mode), of(device));
    }

    /** unlinkat(2). */
    default void unlinkat(int dirfd, String path, int flags) {
        call(Syscall.UNLINKAT, of(dirfd), text(path), of(flags));
    }

    /** symlinkat(2): makes {@code path} point to {@code target}. */
    default void symlinkat(String target, int dirfd, String path) {
        call(Syscall.SYMLINKAT, text(target), of(dirfd), text(path));
    }

    /** renameat2(2). */
    default void renameat2(int oldDir, String oldPath, int newDir, String newPath, int flags) {
        call(Syscall.RENAMEAT2, of(oldDir), text(oldPath), of(newDir), text(newPath), of(flags));
    }

    /** readlinkat(2). An empty path reads the link that {@code dirfd} is open on. */
    default String readlinkat(int dirfd, String path) {
        Block buffer = Block.out(4096);
        return buffer.text((int) call(Syscall.READLINKAT, of(dirfd), text(path), buffer, of(4096)));
    }

    /** faccessat2(2). */
    default void faccessat2(int dirfd, String path, int mode, int flags) {
        call(Syscall.FACCESSAT2, of(dirfd), text(path), of(mode), of(flags));
    }

    /** statx(2); with an empty path and {@code AT_EMPTY_PATH}, of the descriptor itself. */
    default Stat statx(int dirfd, String path, int flags) {
        Block buffer = Block.out(Stat.SIZE);
        call(Syscall.STATX, of(dirfd), text(path), of(flags), of(Stat.MASK), buffer);
        return Stat.of(buffer);
    }

    /** fstatfs(2): the magic number of the file system and its mount flags ({@code ST_*}). */
    default StatFs fstatfs(int fd) {
        Block buffer = Block.out(StatFs.SIZE);
        call(Syscall.FSTATFS, of(fd), buffer);
        return StatFs.of(buffer);
    }

    /** fchmod(2). */
    default void fchmod(int fd, int mode) {
        call(Syscall.FCHMOD, of(fd), of(mode));
    }

    /** fchmodat(2); follows symbolic links. */
    default void fchmodat(int dirfd, String path, int mode) {
        call(Syscall.FCHMODAT, of(dirfd), text(path), of(mode));
    }

    /** fchownat(2). */
    default void fchownat(int dirfd, String path, int uid, int gid, int flags) {
        call(Syscall.FCHOWNAT, of(dirfd), text(path), of(uid & 0xffffffffL), of(gid & 0xffffffffL), of(flags));
    }

    /** getdents64(2): raw entries, see {@link Dirent}; an empty list is the end. */
    default List<Dirent> getdents(int fd) {
        Block buffer = Block.out(32768);
        int length = (int) call(Syscall.GETDENTS64, of(fd), buffer, of(32768));
        return Dirent.parse(buffer, length);
    }

    /** memfd_create(2). */
    default int memfdCreate(String name, int flags) {
        return (int) call(Syscall.MEMFD_CREATE, text(name), of(flags));
    }

    /** pipe2(2): the read end and the write end. */
    default int[] pipe2(int flags) {
        Block ends = Block.out(8);
        call(Syscall.PIPE2, ends, of(flags));
        return new int[] {ends.u32(0), ends.u32(4)};
    }

    /** socket(2). */
    default int socket(int domain, int type, int protocol) {
        return (int) call(Syscall.SOCKET, of(domain), of(type), of(protocol));
    }

    /** socketpair(2). */
    default int[] socketpair(int domain, int type) {
        Block ends = Block.out(8);
        call(Syscall.SOCKETPAIR, of(domain), of(type), none(), ends);
        return new int[] {ends.u32(0), ends.u32(4)};
    }

    /**
     * connect(2) to a unix(7) socket by path.
     *
     * @throws IllegalArgumentException for a path of more than 107 bytes
     */
    default void connectUnix(int fd, String path) {
        byte[] name = Block.zeroTerminated(path);
        if (name.length > 108) {
            throw new IllegalArgumentException("socket path " + path + " is longer than 107 bytes");
        }
        Block address = Block.in(2 + name.length).u16(0, 1);
        System.arraycopy(name, 0, address.bytes(), 2, name.length);
        call(Syscall.CONNECT, of(fd), address, of(2 + name.length));
    }

    /** sendmsg(2) of some bytes and one descriptor ({@code SCM_RIGHTS}, unix(7)). */
    default void sendDescriptor(int socket, byte[] payload, int fd) {
        sendDescriptors(socket, payload, fd);
    }

    /** sendmsg(2) of some bytes and descriptors. */
    default void sendDescriptors(int socket, byte[] payload, int... fds) {
        call(Syscall.SENDMSG, of(socket), MessageHeader.sending(payload, fds), of(MessageHeader.MSG_NOSIGNAL));
    }

    /**
     * ppoll(2) of one descriptor; returns the events that came, 0 after the time-out. A signal does not end it: the
     * kernel has left the rest of the time in the timeout then.
     */
    default int poll(int fd, int events, long timeoutMillis) {
        Block set = Block.out(8).u32(0, fd).u16(4, events);
        Block timeout = Block.out(16).u64(0, timeoutMillis / 1000).u64(8, timeoutMillis % 1000 * 1_000_000);
        for (;;) {
            long result = invoke(Syscall.PPOLL, set, of(1), timeoutMillis < 0 ? none() : timeout, none(), of(0));
            if (result != -Errno.EINTR) {
                check(result, Syscall.PPOLL, of(fd), of(events), of(timeoutMillis));
                return set.u16(6);
            }
        }
    }

    /**
     * ppoll(2) of several descriptors.
     *
     * @param events what to wait for, one for each descriptor
     * @return the events that came, one for each; all 0 after the time-out, or when a signal came
     */
    default int[] poll(int[] fds, int[] events, long timeoutMillis) {
        Block set = Block.out(8 * fds.length);
        for (int i = 0; i < fds.length; i++) {
            set.u32(8 * i, fds[i]).u16(8 * i + 4, events[i]);
        }
        Block timeout = Block.in(16).u64(0, timeoutMillis / 1000).u64(8, timeoutMillis % 1000 * 1_000_000);
        long result = invoke(Syscall.PPOLL, set, of(fds.length), timeout, none(), of(0));
        int[] came = new int[fds.length];
        if (result != -Errno.EINTR) {
            check(result, Syscall.PPOLL, of(fds.length));
            for (int i = 0; i < fds.length; i++) {
                came[i] = set.u16(8 * i + 6);
            }
        }
        return came;
    }

    /** eventfd(2), the counter at 0. */
    default int eventfd(int flags) {
        return (int) call(Syscall.EVENTFD2, of(0), of(flags));
    }

    /** sendfile(2) from the file offset of {@code in}: how many bytes were copied, 0 at the end. */
    default long sendfile(int out, int in, long size) {
        return call(Syscall.SENDFILE, of(out), of(in), none(), of(size));
    }

    /** flistxattr(2): the names. */
    default List<String> flistxattr(int fd) {
        Block names = Block.out(4096);
        int length = (int) call(Syscall.FLISTXATTR, of(fd), names, of(4096));
        List<String> list = new java.util.ArrayList<>();
        for (int start = 0, end = 0; end < length; end++) {
            if (names.bytes()[end] == 0) {
                list.add(new String(names.bytes(), start, end - start, java.nio.charset.StandardCharsets.UTF_8));
                start = end + 1;
            }
        }
        return list;
    }

    /** fgetxattr(2). */
    default byte[] fgetxattr(int fd, String name) {
        Block value = Block.out(65536);
        return Arrays.copyOf(value.bytes(), (int) call(Syscall.FGETXATTR, of(fd), text(name), value, of(65536)));
    }

    /** fsetxattr(2). */
    default void fsetxattr(int fd, String name, byte[] value) {
        call(Syscall.FSETXATTR, of(fd), text(name), Block.in(value), of(value.length), of(0));
    }
}
