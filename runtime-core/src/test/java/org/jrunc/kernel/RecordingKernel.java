package org.jrunc.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * No process at all: writes down each call as a line of text, like strace(1), touches nothing, and answers what a
 * kernel could. Descriptors get numbers and are shown with what they are open on. What the code under test is to see
 * instead is told before: errors, files and their content.
 */
public final class RecordingKernel implements Kernel {

    private static final int FIRST_DESCRIPTOR = 3;
    private static final int LONGEST_TEXT = 80;

    private final List<String> lines = new ArrayList<>();
    private final Map<Long, String> open = new HashMap<>();
    private final Map<Long, Integer> readUpTo = new HashMap<>();
    private final Map<String, Stat> files = new HashMap<>();
    private final Map<String, Long> fileSystems = new HashMap<>();
    private final Map<String, byte[]> contents = new HashMap<>();
    private final List<Answer> answers = new ArrayList<>();
    private int nextDescriptor = FIRST_DESCRIPTOR;

    private record Answer(Syscall call, String fragment, long result, boolean once) {
    }

    /** The calls so far. */
    public List<String> lines() {
        return lines;
    }

    /**
     * Every call whose line contains a text answers a number, for instance {@code -Errno.EPERM}. Of several answers
     * that fit, the one that was given last counts.
     */
    public RecordingKernel answer(Syscall call, String fragment, long result) {
        answers.addFirst(new Answer(call, fragment, result, false));
        return this;
    }

    /** As {@link #answer}, but only the next such call. */
    public RecordingKernel answerOnce(Syscall call, String fragment, long result) {
        answers.addFirst(new Answer(call, fragment, result, true));
        return this;
    }

    /** What statx(2) says of a path; of others, that they are directories of root, or what mknodat(2) made. */
    public RecordingKernel file(String path, int mode, long device) {
        files.put(path, stat(mode, device, files.size() + 100L));
        return this;
    }

    /** What fstatfs(2) says of a path: a magic number. */
    public RecordingKernel fileSystem(String path, long magic) {
        fileSystems.put(path, magic);
        return this;
    }

    /** What can be read from a path. */
    public RecordingKernel content(String path, String text) {
        contents.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        Words words = new Words(arguments);
        String line = line(call, arguments, words);
        for (Answer answer : answers) {
            if (answer.call == call && line.contains(answer.fragment)) {
                if (answer.once) {
                    answers.remove(answer);
                }
                return record(line, answer.result);
            }
        }
        return record(line, answer(call, arguments, words));
    }

    private long record(String line, long result) {
        lines.add(result < 0 ? line + " = -" + Errno.name((int) -result) : result == 0 ? line : line + " = " + result);
        return result;
    }

    // Answers.

    private long answer(Syscall call, Arg[] arguments, Words words) {
        switch (call) {
            case OPENAT, OPENAT2, OPEN_TREE:
                return descriptor(path(words, 0, 1));
            case FSOPEN, MEMFD_CREATE:
                return descriptor(words.text(0));
            case FSPICK, FSMOUNT:
                return descriptor(name(words.number(0)));
            case SOCKET, EVENTFD2, PIDFD_OPEN:
                return descriptor(call.call());
            case PIPE2:
                return pair((Block) arguments[0]);
            case SOCKETPAIR:
                return pair((Block) arguments[3]);
            case STATX:
                return statx(path(words, 0, 1), (Block) arguments[4]);
            case FSTATFS:
                ((Block) arguments[1]).u64(0, fileSystem(name(words.number(0))));
                return 0;
            case MKNODAT:
                file(path(words, 0, 1), (int) words.number(2), words.number(3));
                return 0;
            case READ:
                return read(words.number(0), (Block) arguments[1]);
            case WRITE:
                return words.number(2);
            case READLINKAT:
                return -Errno.EINVAL;
            case GETCWD:
                ((Block) arguments[0]).bytes()[0] = '/';
                return 2;
            case CLOSE:
                open.remove(words.number(0));
                return 0;
            case CLOSE_RANGE:
                return closeRange(words.number(0), words.number(1));
            case GETPID:
                return 1;
            case UMASK:
                return 022;
            default:
                return 0;
        }
    }

    private long descriptor(String what) {
        open.put((long) nextDescriptor, what);
        return nextDescriptor++;
    }

    private long closeRange(long first, long last) {
        for (long fd = first; fd <= last && fd < nextDescriptor; fd++) {
            open.remove(fd);
        }
        return 0;
    }

    private long pair(Block ends) {
        ends.u32(0, (int) descriptor("pair")).u32(4, (int) descriptor("pair"));
        return 0;
    }

    private long statx(String path, Block into) {
        Stat stat = files.getOrDefault(path, stat(Stat.S_IFDIR | 0755, 0, path.hashCode() & 0xffffffL));
        into.u16(28, stat.mode()).u64(32, stat.inode()).u64(144, 1);
        into.u32(128, (int) (stat.rdev() >>> 8 & 0xfff)).u32(132, (int) (stat.rdev() & 0xff));
        return 0;
    }

    private static Stat stat(int mode, long device, long inode) {
        return new Stat(mode, 0, 0, inode, 0, device, 1, 1, 1, 0);
    }

    private long fileSystem(String path) {
        Long magic = fileSystems.get(path);
        if (magic != null) {
            return magic;
        }
        return path.equals("proc") || path.equals("/proc") ? StatFs.PROC_SUPER_MAGIC : 0;
    }

    private long read(long fd, Block into) {
        byte[] content = contents.get(name(fd));
        if (content == null) {
            return 0;
        }
        int from = readUpTo.getOrDefault(fd, 0);
        int length = Math.min(content.length - from, into.bytes().length);
        System.arraycopy(content, from, into.bytes(), 0, length);
        readUpTo.put(fd, from + length);
        return length;
    }

    // Text.

    private String line(Syscall call, Arg[] arguments, Words words) {
        StringBuilder line = new StringBuilder(call.call()).append('(');
        for (int i = 0; i < arguments.length; i++) {
            line.append(i == 0 ? "" : ", ").append(shown(call, i, arguments[i], words));
        }
        return line.append(')').toString();
    }

    private String shown(Syscall call, int index, Arg argument, Words words) {
        if ((descriptors(call) >> index & 1) != 0) {
            long fd = (int) words.number(index);
            return fd == AT_FDCWD ? "AT_FDCWD" : fd + "<" + name(fd) + '>';
        }
        if (!(argument instanceof Block block)) {
            return argument.toString();
        }
        if (call == Syscall.OPENAT2) {
            return "{flags=0x" + Long.toHexString(block.u64(0)) + ", resolve=0x" + Long.toHexString(block.u64(16))
                    + '}';
        }
        if (call == Syscall.MOUNT_SETATTR) {
            return "{set=0x" + Long.toHexString(block.u64(0)) + ", clr=0x" + Long.toHexString(block.u64(8))
                    + ", propagation=0x" + Long.toHexString(block.u64(16)) + '}';
        }
        return call == Syscall.WRITE ? written(block.bytes()) : argument.toString();
    }

    private static String written(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' && b != '\n') {
                return bytes.length + " bytes";
            }
        }
        String text = new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n");
        return '"' + (text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + '…' : text) + '"';
    }

    /** Which arguments are descriptors, as bits. */
    private static int descriptors(Syscall call) {
        switch (call) {
            case MOVE_MOUNT, RENAMEAT2:
                return 0b101;
            case SENDFILE:
                return 0b11;
            case SYMLINKAT:
                return 0b10;
            case OPENAT, OPENAT2, OPEN_TREE, CLOSE, READ, PREAD64, WRITE, PWRITE64, LSEEK, IOCTL, FCNTL, FLOCK,
                    FTRUNCATE, FCHDIR, FCHMOD, FCHMODAT, FCHOWNAT, MKDIRAT, MKNODAT, UNLINKAT, READLINKAT,
                    FACCESSAT2, GETDENTS64, STATX, FSTATFS, UTIMENSAT, FSCONFIG, FSMOUNT, FSPICK, MOUNT_SETATTR,
                    SETNS, CONNECT, SENDMSG, RECVMSG, FGETXATTR, FSETXATTR, FLISTXATTR:
                return 1;
            default:
                return 0;
        }
    }

    private String name(long fd) {
        return open.getOrDefault(fd, "?");
    }

    /** The path that a directory descriptor and a path make, as far as text can tell. */
    private String path(Words words, int directory, int path) {
        int fd = (int) words.number(directory);
        String text = words.text(path);
        if (fd == AT_FDCWD) {
            return text;
        }
        if (text.isEmpty() || text.equals(".")) {
            return name(fd);
        }
        return (name(fd).equals("/") ? "" : name(fd)) + (text.startsWith("/") ? text : '/' + text);
    }

    /** The arguments as numbers and texts. */
    private static final class Words implements Arg.Memory {
        private final long[] numbers;
        private final List<byte[]> put = new ArrayList<>();

        Words(Arg[] arguments) {
            numbers = new long[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                numbers[i] = arguments[i].place(this);
            }
        }

        long number(int index) {
            return numbers[index];
        }

        String text(int index) {
            byte[] bytes = put.get((int) numbers[index]);
            return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
        }

        @Override
        public long put(byte[] bytes) {
            put.add(bytes);
            return put.size() - 1L;
        }

        @Override
        public void get(long address, byte[] into) {
            // Nothing was written.
        }

        @Override
        public void pointer(long at, long value) {
            // Not looked at.
        }
    }
}
