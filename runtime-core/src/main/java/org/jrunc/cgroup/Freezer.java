package org.jrunc.cgroup;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/**
 * Stops and continues the processes of a cgroup: {@code freezer.state} of the v1 controller (cgroup-v1
 * freezer-subsystem.rst), {@code cgroup.freeze} and {@code cgroup.events} of v2 (cgroup-v2.rst).
 */
final class Freezer {

    private final CgroupDirectory directory;
    private final boolean v1;

    Freezer(CgroupDirectory directory, boolean v1) {
        this.directory = directory;
        this.v1 = v1;
    }

    /** Whether this very cgroup was frozen, and not one above it. */
    boolean isFrozen() {
        return v1 ? !state().isEmpty() && !state().equals("THAWED") && value("freezer.self_freezing").equals("1")
                : value("cgroup.freeze").equals("1");
    }

    /** Whether a process that is put there would stop, because this cgroup or one above it is frozen. */
    boolean stopsProcesses() {
        return stopped() || (v1 ? state().equals("FREEZING") : isFrozen());
    }

    void freeze() {
        write(true);
        if (!awaitStop(Deadline.usual())) {
            tryThaw();
            throw new RuntimeFailure("unable to freeze " + directory.path() + ": its processes did not stop within "
                    + Deadline.SECONDS + " s");
        }
    }

    void thaw() {
        write(false);
    }

    /** Freezes as far as it can within the time; returns false when that is not permitted or it is not there. */
    boolean tryFreeze(Deadline deadline) {
        if (CgroupFiles.tryWrite(file(), frozen(true))) {
            awaitStop(deadline);
            return true;
        }
        return false;
    }

    void tryThaw() {
        CgroupFiles.tryWrite(file(), frozen(false));
    }

    private boolean awaitStop(Deadline deadline) {
        while (!stopped()) {
            if (!deadline.pause()) {
                return false;
            }
        }
        return true;
    }

    private boolean stopped() {
        return v1 ? state().equals("FROZEN") : CgroupFiles.read(directory.file("cgroup.events")).contains("frozen 1");
    }

    private void write(boolean frozen) {
        try {
            CgroupFiles.write(file(), frozen(frozen));
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to " + (frozen ? "freeze" : "thaw") + ": write " + file() + ": "
                    + Errno.name(e.errno()), e);
        }
    }

    private String file() {
        return directory.file(v1 ? "freezer.state" : "cgroup.freeze");
    }

    private String frozen(boolean frozen) {
        if (v1) {
            return frozen ? "FROZEN" : "THAWED";
        }
        return frozen ? "1" : "0";
    }

    private String state() {
        return value("freezer.state");
    }

    private String value(String name) {
        return CgroupFiles.value(directory.file(name));
    }
}
