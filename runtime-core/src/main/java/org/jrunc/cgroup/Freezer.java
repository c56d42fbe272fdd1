package org.jrunc.cgroup;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/**
 * Stops and continues the processes of a cgroup: {@code freezer.state} of the v1 controller (cgroup-v1
 * freezer-subsystem.rst), {@code cgroup.freeze} and {@code cgroup.events} of v2 (cgroup-v2.rst).
 */
final class Freezer {

    /** After so many looks at a cgroup that does not freeze, about half a second, it is thawed for a moment. */
    private static final int THAW_EVERY = 25;

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

    /** Returns when the processes go on; throws when a cgroup above keeps them frozen. */
    void thaw() {
        write(false);
        Deadline deadline = Deadline.usual();
        while (stopped()) {
            if (!deadline.pause()) {
                throw new RuntimeFailure("unable to thaw " + directory.path() + ": it is still frozen after "
                        + Deadline.SECONDS + " s: is a cgroup above it frozen?");
            }
        }
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
        for (int attempt = 1; !stopped(); attempt++) {
            if (!deadline.pause()) {
                return false;
            }
            if (v1) {
                insist(attempt);
            }
        }
        return true;
    }

    /**
     * The v1 controller may stay at FREEZING for good when processes fork while it freezes them: writing once more
     * gets those, and a short thaw now and then those that wait for each other (freezer-subsystem.rst).
     */
    private void insist(int attempt) {
        if (attempt % THAW_EVERY == 0) {
            CgroupFiles.tryWrite(file(), frozen(false));
        }
        CgroupFiles.tryWrite(file(), frozen(true));
    }

    private boolean stopped() {
        return v1 ? state().equals("FROZEN") : CgroupFiles.read(directory.file("cgroup.events")).contains("frozen 1");
    }

    private void write(boolean frozen) {
        try {
            CgroupFiles.write(file(), frozen(frozen));
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to " + (frozen ? "freeze" : "thaw") + ": write " + file() + ": "
                    + Errno.name(e.errno()) + (e.is(Errno.EACCES) || e.is(Errno.EPERM)
                            ? ": the user of the runtime may not write it (was this cgroup delegated to him?)" : ""),
                    e);
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
