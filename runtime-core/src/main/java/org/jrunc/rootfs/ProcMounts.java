package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.StatFs;
import org.jrunc.report.RuntimeLog;

/**
 * What may be mounted on and below {@code /proc}. Files there are how a process is confined (LSM labels, uid maps): a
 * volume over them makes these writes go astray (CVE-2019-16884).
 */
final class ProcMounts {

    private static final long PROC_ROOT_INODE = 1;

    private ProcMounts() {
    }

    /**
     * Refuses what may not be.
     *
     * @param path   the target, without links
     * @param source descriptor of the mount, if it is a bind mount, else -1
     */
    static void check(Kernel kernel, PlannedMount mount, String path, int source, RuntimeLog log) {
        if (!SafePath.isWithin(path, "/proc") || isEmulated(path)) {
            return;
        }
        if (!path.equals("/proc")) {
            throw MountFailure.of(mount, '"' + mount.destination()
                    + "\" cannot be mounted because it is inside /proc");
        }
        boolean allowed = source < 0 ? mount.type().equals("proc")
                : kernel.fstatfs(source).type() == StatFs.PROC_SUPER_MAGIC;
        if (!allowed) {
            throw MountFailure.of(mount, '"' + mount.destination()
                    + "\" cannot be mounted because it is not of type proc");
        }
        if (source >= 0) {
            long inode = kernel.statx(source, "", AT_EMPTY_PATH).inode();
            if (inode != PROC_ROOT_INODE) {
                log.warn("bind-mount " + mount.destination() + " (source " + mount.source()
                        + ") is of type procfs but is not the root of a procfs (inode " + inode + ')');
            }
        }
    }

    /** Files that lxcfs and the like put in place of the kernel's. */
    private static boolean isEmulated(String path) {
        switch (path) {
            case "/proc/cpuinfo":
            case "/proc/diskstats":
            case "/proc/meminfo":
            case "/proc/stat":
            case "/proc/swaps":
            case "/proc/uptime":
            case "/proc/loadavg":
            case "/proc/slabinfo":
            case "/proc/sys/kernel/ns_last_pid":
            case "/proc/sys/crypto/fips_enabled":
                return true;
            default:
                return false;
        }
    }
}
