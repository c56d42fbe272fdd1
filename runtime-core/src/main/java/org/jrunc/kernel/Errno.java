package org.jrunc.kernel;

/** Error numbers of Linux, errno(3): the same on x86_64 and aarch64. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EPROTO = 71;
    public static final int EOVERFLOW = 75;
    public static final int ENOPROTOOPT = 92;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ECONNREFUSED = 111;
    public static final int ETIMEDOUT = 110;
    public static final int EDOM = 33;
    public static final int EFAULT = 14;
    public static final int ECANCELED = 125;
    public static final int EDQUOT = 122;
    public static final int ENOTCONN = 107;
    public static final int EUSERS = 87;

    private static final String[] NAMES = new String[134];
    private static final String[] TEXTS = new String[134];

    static {
        set(1, "EPERM", "operation not permitted");
        set(2, "ENOENT", "no such file or directory");
        set(3, "ESRCH", "no such process");
        set(4, "EINTR", "interrupted system call");
        set(5, "EIO", "input/output error");
        set(6, "ENXIO", "no such device or address");
        set(7, "E2BIG", "argument list too long");
        set(8, "ENOEXEC", "exec format error");
        set(9, "EBADF", "bad file descriptor");
        set(10, "ECHILD", "no child processes");
        set(11, "EAGAIN", "resource temporarily unavailable");
        set(12, "ENOMEM", "cannot allocate memory");
        set(13, "EACCES", "permission denied");
        set(14, "EFAULT", "bad address");
        set(15, "ENOTBLK", "block device required");
        set(16, "EBUSY", "device or resource busy");
        set(17, "EEXIST", "file exists");
        set(18, "EXDEV", "invalid cross-device link");
        set(19, "ENODEV", "no such device");
        set(20, "ENOTDIR", "not a directory");
        set(21, "EISDIR", "is a directory");
        set(22, "EINVAL", "invalid argument");
        set(23, "ENFILE", "too many open files in system");
        set(24, "EMFILE", "too many open files");
        set(25, "ENOTTY", "inappropriate ioctl for device");
        set(26, "ETXTBSY", "text file busy");
        set(27, "EFBIG", "file too large");
        set(28, "ENOSPC", "no space left on device");
        set(29, "ESPIPE", "illegal seek");
        set(30, "EROFS", "read-only file system");
        set(31, "EMLINK", "too many links");
        set(32, "EPIPE", "broken pipe");
        set(33, "EDOM", "numerical argument out of domain");
        set(34, "ERANGE", "numerical result out of range");
        set(35, "EDEADLK", "resource deadlock avoided");
        set(36, "ENAMETOOLONG", "file name too long");
        set(37, "ENOLCK", "no locks available");
        set(38, "ENOSYS", "function not implemented");
        set(39, "ENOTEMPTY", "directory not empty");
        set(40, "ELOOP", "too many levels of symbolic links");
        set(42, "ENOMSG", "no message of desired type");
        set(43, "EIDRM", "identifier removed");
        set(44, "ECHRNG", "channel number out of range");
        set(45, "EL2NSYNC", "level 2 not synchronized");
        set(46, "EL3HLT", "level 3 halted");
        set(47, "EL3RST", "level 3 reset");
        set(48, "ELNRNG", "link number out of range");
        set(49, "EUNATCH", "protocol driver not attached");
        set(50, "ENOCSI", "no CSI structure available");
        set(51, "EL2HLT", "level 2 halted");
        set(52, "EBADE", "invalid exchange");
        set(53, "EBADR", "invalid request descriptor");
        set(54, "EXFULL", "exchange full");
        set(55, "ENOANO", "no anode");
        set(56, "EBADRQC", "invalid request code");
        set(57, "EBADSLT", "invalid slot");
        set(59, "EBFONT", "bad font file format");
        set(60, "ENOSTR", "device not a stream");
        set(61, "ENODATA", "no data available");
        set(62, "ETIME", "timer expired");
        set(63, "ENOSR", "out of streams resources");
        set(64, "ENONET", "machine is not on the network");
        set(65, "ENOPKG", "package not installed");
        set(66, "EREMOTE", "object is remote");
        set(67, "ENOLINK", "link has been severed");
        set(68, "EADV", "advertise error");
        set(69, "ESRMNT", "srmount error");
        set(70, "ECOMM", "communication error on send");
        set(71, "EPROTO", "protocol error");
        set(72, "EMULTIHOP", "multihop attempted");
        set(73, "EDOTDOT", "RFS specific error");
        set(74, "EBADMSG", "bad message");
        set(75, "EOVERFLOW", "value too large for defined data type");
        set(76, "ENOTUNIQ", "name not unique on network");
        set(77, "EBADFD", "file descriptor in bad state");
        set(78, "EREMCHG", "remote address changed");
        set(79, "ELIBACC", "can not access a needed shared library");
        set(80, "ELIBBAD", "accessing a corrupted shared library");
        set(81, "ELIBSCN", ".lib section in a.out corrupted");
        set(82, "ELIBMAX", "attempting to link in too many shared libraries");
        set(83, "ELIBEXEC", "cannot exec a shared library directly");
        set(84, "EILSEQ", "invalid or incomplete multibyte or wide character");
        set(85, "ERESTART", "interrupted system call should be restarted");
        set(86, "ESTRPIPE", "streams pipe error");
        set(87, "EUSERS", "too many users");
        set(88, "ENOTSOCK", "socket operation on non-socket");
        set(89, "EDESTADDRREQ", "destination address required");
        set(90, "EMSGSIZE", "message too long");
        set(91, "EPROTOTYPE", "protocol wrong type for socket");
        set(92, "ENOPROTOOPT", "protocol not available");
        set(93, "EPROTONOSUPPORT", "protocol not supported");
        set(94, "ESOCKTNOSUPPORT", "socket type not supported");
        set(95, "EOPNOTSUPP", "operation not supported");
        set(96, "EPFNOSUPPORT", "protocol family not supported");
        set(97, "EAFNOSUPPORT", "address family not supported by protocol");
        set(98, "EADDRINUSE", "address already in use");
        set(99, "EADDRNOTAVAIL", "cannot assign requested address");
        set(100, "ENETDOWN", "network is down");
        set(101, "ENETUNREACH", "network is unreachable");
        set(102, "ENETRESET", "network dropped connection on reset");
        set(103, "ECONNABORTED", "software caused connection abort");
        set(104, "ECONNRESET", "connection reset by peer");
        set(105, "ENOBUFS", "no buffer space available");
        set(106, "EISCONN", "transport endpoint is already connected");
        set(107, "ENOTCONN", "transport endpoint is not connected");
        set(108, "ESHUTDOWN", "cannot send after transport endpoint shutdown");
        set(109, "ETOOMANYREFS", "too many references: cannot splice");
        set(110, "ETIMEDOUT", "connection timed out");
        set(111, "ECONNREFUSED", "connection refused");
        set(112, "EHOSTDOWN", "host is down");
        set(113, "EHOSTUNREACH", "no route to host");
        set(114, "EALREADY", "operation already in progress");
        set(115, "EINPROGRESS", "operation now in progress");
        set(116, "ESTALE", "stale file handle");
        set(117, "EUCLEAN", "structure needs cleaning");
        set(118, "ENOTNAM", "not a XENIX named type file");
        set(119, "ENAVAIL", "no XENIX semaphores available");
        set(120, "EISNAM", "is a named type file");
        set(121, "EREMOTEIO", "remote I/O error");
        set(122, "EDQUOT", "disk quota exceeded");
        set(123, "ENOMEDIUM", "no medium found");
        set(124, "EMEDIUMTYPE", "wrong medium type");
        set(125, "ECANCELED", "operation canceled");
        set(126, "ENOKEY", "required key not available");
        set(127, "EKEYEXPIRED", "key has expired");
        set(128, "EKEYREVOKED", "key has been revoked");
        set(129, "EKEYREJECTED", "key was rejected by service");
        set(130, "EOWNERDEAD", "owner died");
        set(131, "ENOTRECOVERABLE", "state not recoverable");
        set(132, "ERFKILL", "operation not possible due to RF-kill");
        set(133, "EHWPOISON", "memory page has hardware error");
    }

    private Errno() {
    }

    private static void set(int errno, String name, String text) {
        NAMES[errno] = name;
        TEXTS[errno] = text;
    }

    /** The name, for instance {@code ENOENT}. */
    public static String name(int errno) {
        return errno > 0 && errno < NAMES.length && NAMES[errno] != null ? NAMES[errno] : "errno " + errno;
    }

    /** The number whose text this is, in whatever case; 0 if there is none. */
    public static int ofText(String text) {
        for (int errno = 1; errno < TEXTS.length; errno++) {
            if (text.equalsIgnoreCase(TEXTS[errno])) {
                return errno;
            }
        }
        return 0;
    }

    /** What strerror(3) says, for instance {@code no such file or directory}; engines look for these words. */
    public static String text(int errno) {
        return errno > 0 && errno < TEXTS.length && TEXTS[errno] != null ? TEXTS[errno] : "errno " + errno;
    }
}
