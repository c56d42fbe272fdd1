package org.jrunc.kernel;

/**
 * What fstatfs(2) tells about a file system; {@code struct statfs} is the same on x86_64 and aarch64.
 *
 * @param type  magic number, {@code linux/magic.h}
 * @param flags {@code ST_*} mount flags
 */
public record StatFs(long type, long flags) {

    /** procfs. */
    public static final long PROC_SUPER_MAGIC = 0x9fa0;
    /** sysfs. */
    public static final long SYSFS_MAGIC = 0x62656572;
    /** cgroup v2. */
    public static final long CGROUP2_SUPER_MAGIC = 0x63677270;
    /** cgroup v1. */
    public static final long CGROUP_SUPER_MAGIC = 0x27e0eb;
    /** tmpfs. */
    public static final long TMPFS_MAGIC = 0x01021994;
    /** devpts. */
    public static final long DEVPTS_SUPER_MAGIC = 0x1cd1;

    /** Mount flag: nothing can be executed, statfs(2). */
    public static final long ST_NOEXEC = 8;
    /** The files of SELinux, {@code /sys/fs/selinux}. */
    public static final long SELINUX_MAGIC = 0xf97cff8cL;
    /** resctrl. */
    public static final long RDTGROUP_SUPER_MAGIC = 0x7655821;

    /** {@code sizeof(struct statfs)}. */
    public static final int SIZE = 120;

    /** From what fstatfs(2) has written. */
    public static StatFs of(Block statfs) {
        return new StatFs(statfs.u64(0), statfs.u64(80));
    }
}
