package org.jrunc.kernel;

/**
 * What statx(2) tells about a file, {@code struct statx} of {@code linux/stat.h}.
 *
 * @param mode    file type and permission bits
 * @param uid     owner
 * @param gid     group
 * @param inode   inode number
 * @param size    bytes
 * @param rdev    device number of a device node, as {@link #makedev} makes it
 * @param dev     device number of the file system
 * @param mountId id of the mount (5.8), as in mountinfo
 * @param nlink   hard links
 * @param changed when content or attributes were changed last (ctime), in nanoseconds since 1970
 */
public record Stat(int mode, int uid, int gid, long inode, long size, long rdev, long dev, long mountId, int nlink,
        long changed) {

    /** File type mask and types, inode(7). */
    public static final int S_IFMT = 0xf000;
    public static final int S_IFSOCK = 0xc000;
    public static final int S_IFLNK = 0xa000;
    public static final int S_IFREG = 0x8000;
    public static final int S_IFBLK = 0x6000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_IFCHR = 0x2000;
    public static final int S_IFIFO = 0x1000;

    /** {@code sizeof(struct statx)}. */
    public static final int SIZE = 256;
    /** {@code STATX_BASIC_STATS | STATX_MNT_ID}. */
    static final int MASK = 0x7ff | 0x1000;

    /** From what statx(2) has written. */
    public static Stat of(Block statx) {
        return new Stat(statx.u16(28), statx.u32(20), statx.u32(24), statx.u64(32), statx.u64(40),
                makedev(statx.u32(128), statx.u32(132)), makedev(statx.u32(136), statx.u32(140)), statx.u64(144),
                statx.u32(16), statx.u64(96) * 1_000_000_000 + statx.u32(104));
    }

    /** A device number, as mknod(2) of Linux takes it (makedev(3)). */
    public static long makedev(int major, int minor) {
        return (minor & 0xffL) | (major & 0xfffL) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }

    /** The {@code S_IF*} bits. */
    public int type() {
        return mode & S_IFMT;
    }

    /** The permission, set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    /** Whether it is a symbolic link. */
    public boolean isSymlink() {
        return type() == S_IFLNK;
    }

    /** Whether it is the character device with these numbers. */
    public boolean isCharDevice(int major, int minor) {
        return type() == S_IFCHR && rdev == makedev(major, minor);
    }

    /** What kind of file it is, in words for an error message. */
    public String kind() {
        switch (type()) {
            case S_IFDIR:
                return "a directory";
            case S_IFREG:
                return "a file";
            case S_IFLNK:
                return "a symbolic link";
            case S_IFCHR:
                return "a character device";
            case S_IFBLK:
                return "a block device";
            case S_IFIFO:
                return "a FIFO";
            case S_IFSOCK:
                return "a socket";
            default:
                return "of unknown type";
        }
    }
}
