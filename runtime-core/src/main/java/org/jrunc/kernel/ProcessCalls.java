package org.jrunc.kernel;

import static org.jrunc.kernel.Arg.none;
import static org.jrunc.kernel.Arg.of;
import static org.jrunc.kernel.Arg.text;

/** System calls on processes: namespaces, credentials, limits, signals. */
public interface ProcessCalls extends SystemCalls {

    /** unshare(2). */
    default void unshare(long flags) {
        call(Syscall.UNSHARE, of(flags));
    }

    /** setns(2). */
    default void setns(int fd, long type) {
        call(Syscall.SETNS, of(fd), of(type));
    }

    /** prctl(2) with numbers as arguments. */
    default int prctl(int option, long a, long b, long c, long d) {
        return (int) call(Syscall.PRCTL, of(option), of(a), of(b), of(c), of(d));
    }

    /** prctl(2), {@code PR_SET_NAME}: at most 15 bytes are kept. */
    default void setName(String name) {
        call(Syscall.PRCTL, of(15), text(name), none(), none(), none());
    }

    /** setsid(2). */
    default void setsid() {
        call(Syscall.SETSID);
    }

    /** chdir(2). */
    default void chdir(String path) {
        call(Syscall.CHDIR, text(path));
    }

    /** fchdir(2). */
    default void fchdir(int fd) {
        call(Syscall.FCHDIR, of(fd));
    }

    /** chroot(2). */
    default void chroot(String path) {
        call(Syscall.CHROOT, text(path));
    }

    /** getcwd(2), raw: a directory outside of the root reads {@code (unreachable)/…}. */
    default String getcwd() {
        Block buffer = Block.out(4096);
        return buffer.text((int) call(Syscall.GETCWD, buffer, of(4096)));
    }

    /** umask(2): returns the old one. */
    default int umask(int mask) {
        return (int) call(Syscall.UMASK, of(mask));
    }

    /** getpid(2). */
    default int getpid() {
        return (int) call(Syscall.GETPID);
    }

    /** geteuid(2). */
    default int geteuid() {
        return (int) call(Syscall.GETEUID);
    }

    /** getegid(2). */
    default int getegid() {
        return (int) call(Syscall.GETEGID);
    }

    /** setresuid(2); ids are unsigned 32 bit. */
    default void setresuid(int real, int effective, int saved) {
        call(Syscall.SETRESUID, id(real), id(effective), id(saved));
    }

    /** setresgid(2). */
    default void setresgid(int real, int effective, int saved) {
        call(Syscall.SETRESGID, id(real), id(effective), id(saved));
    }

    /** setgroups(2). */
    default void setgroups(int... gids) {
        Block list = Block.in(4 * gids.length);
        for (int i = 0; i < gids.length; i++) {
            list.u32(4 * i, gids[i]);
        }
        call(Syscall.SETGROUPS, of(gids.length), gids.length == 0 ? none() : list);
    }

    /** sethostname(2). */
    default void sethostname(String name) {
        byte[] bytes = Block.zeroTerminated(name);
        call(Syscall.SETHOSTNAME, text(name), of(bytes.length - 1));
    }

    /** setdomainname(2). */
    default void setdomainname(String name) {
        byte[] bytes = Block.zeroTerminated(name);
        call(Syscall.SETDOMAINNAME, text(name), of(bytes.length - 1));
    }

    /** prlimit(2): sets both limits, unsigned; pid 0 is the calling process. */
    default void prlimit(int pid, int resource, long soft, long hard) {
        call(Syscall.PRLIMIT64, of(pid), of(resource), Block.in(16).u64(0, soft).u64(8, hard), none());
    }

    /** capset(2), version 3, for the calling process; each set is a 64-bit mask. */
    default void capset(long effective, long permitted, long inheritable) {
        CapabilityMasks masks = new CapabilityMasks(effective, permitted, inheritable);
        call(Syscall.CAPSET, CapabilityMasks.header(), masks.data());
    }

    /** pidfd_getfd(2): a copy of a descriptor of another process, close-on-exec. */
    default int pidfdGetfd(int pidfd, int fd) {
        return (int) call(Syscall.PIDFD_GETFD, of(pidfd), of(fd), of(0));
    }

    /** rt_sigaction(2): the whole process ignores a signal from now on, and so do its children unless they reset it. */
    default void ignoreSignal(int signal) {
        // struct sigaction of the kernel, not of libc: sa_handler is SIG_IGN, no flags, no restorer, an empty mask.
        call(Syscall.RT_SIGACTION, of(signal), Block.in(32).u64(0, 1), none(), of(8));
    }

    /** kill(2). */
    default void kill(int pid, int signal) {
        call(Syscall.KILL, of(pid), of(signal));
    }

    /** pidfd_open(2). */
    default int pidfdOpen(int pid) {
        return (int) call(Syscall.PIDFD_OPEN, of(pid), of(0));
    }

    /** pidfd_send_signal(2). */
    default void pidfdSendSignal(int pidfd, int signal) {
        call(Syscall.PIDFD_SEND_SIGNAL, of(pidfd), of(signal), none(), of(0));
    }

    /** wait4(2): the wait status, or -1 when {@code WNOHANG} (1) was given and nothing has ended. */
    default int wait4(int pid, int options) {
        Block status = Block.out(8);
        for (;;) {
            long result = invoke(Syscall.WAIT4, of(pid), status, of(options), none());
            if (result != -Errno.EINTR) {
                check(result, Syscall.WAIT4, of(pid), of(options));
                return result == 0 ? -1 : status.u32(0);
            }
        }
    }

    /** sched_setattr(2) with a block made by {@link Sched#attr}; pid 0 is the caller. */
    default void schedSetattr(int pid, Block attributes) {
        call(Syscall.SCHED_SETATTR, of(pid), attributes, of(0));
    }

    /** sched_setaffinity(2); the bits are CPUs from 0 on, and those the kernel does not know do not matter. */
    default void schedSetaffinity(int pid, byte[] cpus) {
        call(Syscall.SCHED_SETAFFINITY, of(pid), of(cpus.length), Block.in(cpus));
    }

    /** sched_getaffinity(2): the CPUs that a thread, or the calling one (0), may run on, as a set of bits. */
    default byte[] schedGetaffinity(int pid, int size) {
        Block cpus = Block.out(size);
        call(Syscall.SCHED_GETAFFINITY, of(pid), of(size), cpus);
        return cpus.bytes();
    }

    /** The CPU that the calling thread is on, getcpu(2); another one as soon as this has returned, perhaps. */
    default int getcpu() {
        Block cpu = Block.out(8);
        call(Syscall.GETCPU, cpu, none(), none());
        return cpu.u32(0);
    }

    /** ioprio_set(2). */
    default void ioprioSet(int which, int who, int priority) {
        call(Syscall.IOPRIO_SET, of(which), of(who), of(priority));
    }

    /** set_mempolicy(2) for the caller; the bits are nodes from 0 on, none for a null pointer. */
    default void setMempolicy(int mode, byte[] nodes) {
        // The kernel takes the number of bits plus one (set_mempolicy(2), BUGS).
        call(Syscall.SET_MEMPOLICY, of(mode), nodes.length == 0 ? none() : Block.in(nodes),
                of(nodes.length == 0 ? 0 : 8L * nodes.length + 1));
    }

    /** personality(2): returns the old one. */
    default int personality(long persona) {
        return (int) call(Syscall.PERSONALITY, of(persona));
    }

    /** keyctl_join_session_keyring(3): the serial number of the keyring; an empty name is for an anonymous one. */
    default int joinSessionKeyring(String name) {
        return (int) call(Syscall.KEYCTL, of(Keyctl.KEYCTL_JOIN_SESSION_KEYRING),
                name.isEmpty() ? none() : text(name));
    }

    /** keyctl_describe(3): {@code type;uid;gid;perm;description}, the permissions in hexadecimal. */
    default String describeKey(int key) {
        Block buffer = Block.out(4096);
        return buffer.text(Math.min(describeKey(key, buffer), 4096));
    }

    /** The same for a sequence of calls: the length of the description, which may be more than there is room for. */
    default int describeKey(int key, Block into) {
        return (int) call(Syscall.KEYCTL, of(Keyctl.KEYCTL_DESCRIBE), of(key), into, of(into.bytes().length));
    }

    /** keyctl_setperm(3). */
    default void setKeyPermissions(int key, int permissions) {
        call(Syscall.KEYCTL, of(Keyctl.KEYCTL_SETPERM), of(key), of(permissions & 0xffffffffL));
    }

    private static Arg id(int id) {
        return of(id & 0xffffffffL);
    }
}
