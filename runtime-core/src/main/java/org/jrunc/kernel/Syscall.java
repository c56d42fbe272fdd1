package org.jrunc.kernel;

/**
 * The system calls jrunc makes, with their numbers on x86_64 and aarch64 ({@code asm/unistd.h}, syscalls(2)). Only
 * calls that both architectures have are here: hence {@code openat} and no {@code open}.
 */
public enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    MMAP(9, 222),
    MUNMAP(11, 215),
    WRITEV(20, 66),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    DUP3(292, 24),
    PIPE2(293, 59),
    IOCTL(16, 29),
    FCNTL(72, 25),
    FLOCK(73, 32),
    FTRUNCATE(77, 46),
    FCHDIR(81, 50),
    CHDIR(80, 49),
    CHROOT(161, 51),
    GETCWD(79, 17),
    FCHMOD(91, 52),
    FCHOWNAT(260, 54),
    FCHMODAT(268, 53),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    UNLINKAT(263, 35),
    SYMLINKAT(266, 36),
    RENAMEAT2(316, 276),
    READLINKAT(267, 78),
    FACCESSAT2(439, 439),
    GETDENTS64(217, 61),
    STATX(332, 291),
    FSTATFS(138, 44),
    UTIMENSAT(280, 88),
    UMASK(95, 166),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    CLONE(56, 220),
    CLONE3(435, 435),
    EXECVE(59, 221),
    EXIT_GROUP(231, 94),
    WAIT4(61, 260),
    KILL(62, 129),
    PIDFD_OPEN(434, 434),
    PIDFD_SEND_SIGNAL(424, 424),
    PIDFD_GETFD(438, 438),
    UNSHARE(272, 97),
    SETNS(308, 268),
    GETPID(39, 172),
    GETPPID(110, 173),
    SETSID(112, 157),
    GETEUID(107, 175),
    GETEGID(108, 177),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    SETGROUPS(116, 159),
    SETFSUID(122, 151),
    CAPSET(126, 91),
    PRCTL(157, 167),
    SECCOMP(317, 277),
    PERSONALITY(135, 92),
    PRLIMIT64(302, 261),
    SCHED_SETATTR(314, 274),
    SCHED_SETAFFINITY(203, 122),
    SCHED_GETAFFINITY(204, 123),
    GETCPU(309, 168),
    IOPRIO_SET(251, 30),
    IOPRIO_GET(252, 31),
    SET_MEMPOLICY(238, 237),
    KEYCTL(250, 219),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    RT_SIGTIMEDWAIT(128, 137),
    PPOLL(271, 73),
    EVENTFD2(290, 19),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    CONNECT(42, 203),
    BIND(49, 200),
    LISTEN(50, 201),
    ACCEPT4(288, 242),
    GETSOCKOPT(55, 209),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SETSOCKOPT(54, 208),
    SHUTDOWN(48, 210),
    MEMFD_CREATE(319, 279),
    CLOSE_RANGE(436, 436),
    SENDFILE(40, 71),
    BPF(321, 280),
    GETXATTR(191, 8),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FSETXATTR(190, 7),
    UNAME(63, 160);

    private final int x86_64;
    private final int aarch64;

    Syscall(int x86_64, int aarch64) {
        this.x86_64 = x86_64;
        this.aarch64 = aarch64;
    }

    /** The number of this call on an architecture. */
    public int number(Abi abi) {
        return abi == Abi.X86_64 ? x86_64 : aarch64;
    }

    /** The name as in the manual. */
    public String call() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return call();
    }
}
