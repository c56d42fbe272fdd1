package org.jrunc.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jrunc.kernel.Dirent;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeLog;

/**
 * Compiled filters, in a directory that only this user can write: it decides what containers may do. The directory and
 * each file are verified by descriptor before they are trusted; what fails that is not used, with a warning.
 *
 * <p>An entry holds the whole key of its filter, and counts only if it is the same byte by byte: profiles are other
 * people's, and one that was made to look like another must not get its filter. So the file's name may be a checksum
 * that two keys can share, and needs not be a cryptographic digest, whose classes alone cost more at start than all the
 * rest. A checksum over the entry is for damage alone.
 */
final class FilterCache {

    /** Not a container's id, which has no {@code @}. */
    static final String DIRECTORY = "@seccomp";

    private static final long MAGIC = 0x3230_6363_7263_6a0aL;
    /** The header: these words, and what the checksum does not cover. */
    private static final int CHECKSUM = 8;
    private static final int CHECKED = 12;
    private static final int KEY_LENGTH = 12;
    private static final int FLAGS = 16;
    private static final int PROGRAM_LENGTH = 20;
    private static final int HEADER = 24;
    private static final int OWNER_ONLY = 0700;
    private static final int OTHERS = 077;
    private static final long LARGEST = 1 << 20;
    private static final int MOST_ENTRIES = 64;
    private static final int OPEN_DIRECTORY = OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    /** Not O_EXCL: what one left that was killed here is no obstacle. */
    private static final int NEW_FILE = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW
            | OpenFlags.O_CLOEXEC;

    private final Kernel kernel;
    private final String parent;
    private final String directory;
    private final RuntimeLog log;

    /**
     * The cache below a directory.
     *
     * @param parent made when there is something to keep; may be the state root, and is not trusted
     */
    FilterCache(Kernel kernel, String parent, RuntimeLog log) {
        this.kernel = kernel;
        this.parent = parent;
        this.directory = parent + "/" + DIRECTORY;
        this.log = log;
    }

    /** The filter with this key, if there is one. */
    Optional<SeccompFilter> find(byte[] key) {
        try {
            int dir = kernel.openat(Kernel.AT_FDCWD, directory, OPEN_DIRECTORY, 0);
            try {
                return isTrusted(stat(dir), directory) ? read(dir, key) : Optional.empty();
            } finally {
                kernel.close(dir);
            }
        } catch (KernelException e) {
            // No access: root in a user namespace that has no run-time directory of its own.
            if (!e.is(Errno.ENOENT) && !e.is(Errno.EACCES)) {
                log.warn("the cache of system call filters is not used: " + e.getMessage());
            }
            return Optional.empty();
        }
    }

    private Optional<SeccompFilter> read(int dir, byte[] key) {
        String name = name(key);
        int file = kernel.openat(dir, name, OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
        try {
            Stat stat = stat(file);
            if (stat.type() != Stat.S_IFREG || !isTrusted(stat, directory + "/" + name)) {
                return Optional.empty();
            }
            return filter(kernel.pread(file, (int) Math.min(stat.size(), LARGEST), 0), key);
        } finally {
            kernel.close(file);
        }
    }

    private Stat stat(int fd) {
        return kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH);
    }

    private boolean isTrusted(Stat stat, String path) {
        if (stat.uid() == kernel.geteuid() && (stat.permissions() & OTHERS) == 0) {
            return true;
        }
        log.warn("the cache of system call filters is not used: " + path + " is not only this user's: it belongs to"
                + " uid " + stat.uid() + " and has mode " + Integer.toOctalString(stat.permissions()));
        return false;
    }

    private static Optional<SeccompFilter> filter(byte[] entry, byte[] key) {
        if (entry.length < HEADER + key.length) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(entry).order(ByteOrder.nativeOrder());
        int end = HEADER + key.length;
        boolean valid = header.getLong(0) == MAGIC && header.getInt(KEY_LENGTH) == key.length
                && header.getInt(PROGRAM_LENGTH) == entry.length - end
                && header.getInt(CHECKSUM) == (int) checksum(entry, CHECKED) && startsWith(entry, HEADER, key);
        return valid ? Optional.of(new SeccompFilter(Arrays.copyOfRange(entry, end, entry.length),
                header.getInt(FLAGS))) : Optional.empty();
    }

    /** As {@link Arrays#equals}, which is ten times as slow without a compiler. */
    private static boolean startsWith(byte[] entry, int at, byte[] key) {
        int from = at;
        for (byte b : key) {
            if (entry[from++] != b) {
                return false;
            }
        }
        return true;
    }

    /**
     * Keeps a filter; without success if that can not be.
     *
     * @param program {@code struct sock_filter[]}
     * @param flags   {@code SECCOMP_FILTER_FLAG_*}
     */
    void keep(byte[] key, byte[] program, int flags) {
        try {
            int dir = openOrMake();
            try {
                if (isTrusted(stat(dir), directory)) {
                    limit(dir);
                    write(dir, name(key), entry(key, program, flags));
                }
            } finally {
                kernel.close(dir);
            }
        } catch (KernelException e) {
            log.debug("the system call filter is not kept for the next time: " + e.getMessage());
        }
    }

    private int openOrMake() {
        make(parent);
        make(directory);
        return kernel.openat(Kernel.AT_FDCWD, directory, OPEN_DIRECTORY, 0);
    }

    private void make(String path) {
        try {
            kernel.mkdirat(Kernel.AT_FDCWD, path, OWNER_ONLY);
        } catch (KernelException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    /** Empties a cache that has grown large: who has so many profiles makes them up. */
    private void limit(int dir) {
        var entries = kernel.getdents(dir);
        if (entries.size() > MOST_ENTRIES) {
            for (Dirent entry : entries) {
                if (entry.name().charAt(0) != '.') {
                    kernel.unlinkat(dir, entry.name(), 0);
                }
            }
        }
    }

    /** In one step: a reader sees all of it or nothing. */
    private void write(int dir, String name, byte[] entry) {
        String temporary = "new-" + kernel.getpid() + "-" + Thread.currentThread().threadId();
        int file = kernel.openat(dir, temporary, NEW_FILE, 0600);
        boolean complete = false;
        try {
            complete = kernel.write(file, entry) == entry.length;
        } finally {
            kernel.close(file);
            if (!complete) {
                kernel.unlinkat(dir, temporary, 0);
            }
        }
        if (complete) {
            kernel.renameat2(dir, temporary, dir, name, 0);
        }
    }

    private static byte[] entry(byte[] key, byte[] program, int flags) {
        ByteBuffer entry = ByteBuffer.allocate(HEADER + key.length + program.length).order(ByteOrder.nativeOrder());
        entry.putLong(0, MAGIC).putInt(KEY_LENGTH, key.length).putInt(FLAGS, flags)
                .putInt(PROGRAM_LENGTH, program.length).put(HEADER, key).put(HEADER + key.length, program);
        return entry.putInt(CHECKSUM, (int) checksum(entry.array(), CHECKED)).array();
    }

    private static String name(byte[] key) {
        return Long.toHexString(checksum(key, 0)) + "-" + key.length;
    }

    private static long checksum(byte[] bytes, int from) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, from, bytes.length - from);
        return checksum.getValue();
    }
}
