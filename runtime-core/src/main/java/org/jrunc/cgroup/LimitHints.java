package org.jrunc.cgroup;

import org.jrunc.kernel.Errno;

/** What to do about a limit that the kernel refuses. Loaded only then. */
final class LimitHints {

    private LimitHints() {
    }

    /** A hint for a file of a cgroup; empty when the errno says it all. */
    static String of(String directory, String file, int errno) {
        if (errno == Errno.ENOENT) {
            return missing(directory, file);
        }
        if (file.startsWith("devices.")) {
            return errno == Errno.EPERM
                    ? "the cgroup above does not have this permission itself, or the runtime lacks CAP_SYS_ADMIN" : "";
        }
        if (errno == Errno.EACCES || errno == Errno.EPERM) {
            return file.startsWith("cpuset.") ? beyond(directory, file)
                    : "the user of the runtime may not write it (was this cgroup delegated to him?)";
        }
        if (errno == Errno.EROFS) {
            return "the cgroup file system is mounted read-only";
        }
        if (errno == Errno.EOPNOTSUPP && file.contains("weight")) {
            return "the disk's scheduler must be bfq (/sys/dev/block/MAJOR:MINOR/queue/scheduler)";
        }
        return errno == Errno.EINVAL || errno == Errno.EBUSY || errno == Errno.ERANGE || errno == Errno.ENODEV
                || errno == Errno.ENOSPC ? byFile(directory, file) : "";
    }

    private static String missing(String directory, String file) {
        String controllers = CgroupFiles.value(directory + "/cgroup.controllers");
        String controller = file.substring(0, Math.max(0, file.indexOf('.')));
        if (CgroupFiles.value(directory + "/cgroup.type").isEmpty()) {
            return file.contains("memsw") ? "the kernel does no accounting of swap (boot with swapaccount=1)"
                    : "this kernel does not have it";
        }
        return (" " + controllers + " ").contains(" " + controller + " ") ? "this kernel does not have it"
                : "controller \"" + controller + "\" is not available in this cgroup: not in cgroup.subtree_control of "
                        + FileCgroup.parent(directory) + ", or bound to a v1 hierarchy";
    }

    private static String byFile(String directory, String file) {
        if (file.startsWith("cpuset.")) {
            return beyond(directory, file);
        }
        if (file.startsWith("memory.memsw.")) {
            return "memory and swap together (swap) can not be less than memory alone (limit), "
                    + CgroupFiles.value(directory + "/memory.limit_in_bytes");
        }
        if (file.startsWith("cpu.rt_")) {
            return "the cgroup above must have a real-time budget of at least that (cpu.rt_runtime_us is "
                    + CgroupFiles.value(FileCgroup.parent(directory) + "/cpu.rt_runtime_us")
                    + " there), and runtime can not be more than period";
        }
        if (file.contains("burst")) {
            return "a burst can not be more than the quota, and needs one";
        }
        if (file.startsWith("cpu.cfs_") || file.equals("cpu.max")) {
            return "quota and period must be 1000 to 1000000 us (the quota may be more), and their ratio not above"
                    + " that of the cgroup above";
        }
        if (file.equals("cpu.idle")) {
            return "must be 0 or 1";
        }
        if (file.startsWith("cpu.weight")) {
            return "must be 1 to 10000, and can not be set together with cpu.idle";
        }
        if (file.startsWith("blkio.") || file.startsWith("io.")) {
            return file.contains("weight") ? "weights must be 1 to 1000 (blkio.weight: from 10; io.weight: to 10000),"
                    + " devices must exist" : "there must be a whole disk of that number (see /proc/partitions)";
        }
        if (file.startsWith("hugetlb.") || file.startsWith("pids.")) {
            return "not a number the kernel takes";
        }
        return "";
    }

    /** A cpuset can not have what the one above it lacks. */
    private static String beyond(String directory, String file) {
        String parent = FileCgroup.parent(directory);
        String has = CgroupFiles.value(parent + '/' + file);
        if (has.isEmpty()) {
            has = CgroupFiles.value(parent + '/' + file + ".effective");
        }
        return "only what the cgroup above has can be given: " + (has.isEmpty() ? "see " + parent + '/' + file : has);
    }
}
