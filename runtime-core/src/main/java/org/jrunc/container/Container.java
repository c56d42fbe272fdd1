package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.State;

/**
 * A container that exists: its directory and what was saved. Its status is computed anew whenever asked for, from the
 * process, the freezer and the start FIFO; no file is trusted for it.
 *
 * @param directory its state directory
 * @param record    what was saved
 */
record Container(StateDirectory directory, StateRecord record) {

    /** Version of the runtime specification that this runtime follows. */
    static final String SPEC_VERSION = "1.3.0";

    /** Loads a container. */
    static Container load(RuntimeContext context, String id) {
        StateDirectory directory = new StateStore(context).get(id);
        // A directory without the file is a container that is being created, or whose creation was cut off.
        StateRecord record = directory.record().orElseThrow(() -> new RuntimeFailure("container does not exist"));
        return new Container(directory, record);
    }

    /** Its cgroup, with the unit of systemd that it may be. */
    CgroupManager cgroup(RuntimeContext context) {
        return CgroupManager.of(record.cgroups(), record.unit(), context.environment());
    }

    /** Whether init runs: this very process, and not as a zombie. */
    boolean isAlive() {
        return ProcessStat.isAlive(record.initPid(), record.initStartTime());
    }

    Status status() {
        if (!isAlive()) {
            return Status.STOPPED;
        }
        if (isFrozen()) {
            return Status.PAUSED;
        }
        return directory.startFifo().exists() || directory.claimedFifo().exists() ? Status.CREATED : Status.RUNNING;
    }

    /** Looks at the freezer of cgroup v1 or at {@code cgroup.freeze} of v2, whichever the container has. */
    private boolean isFrozen() {
        Map<String, String> cgroups = record.cgroups();
        String v1 = cgroups.get("freezer");
        if (v1 != null) {
            return contentOf(v1 + "/freezer.state").startsWith("FRO") || contentOf(v1 + "/freezer.state")
                    .startsWith("FREEZING");
        }
        String v2 = cgroups.get("");
        return v2 != null && contentOf(v2 + "/cgroup.freeze").startsWith("1");
    }

    private static String contentOf(String path) {
        try {
            return new String(SmallFile.read(new File(path)).orElse(new byte[0]), StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The state as the specification wants it. */
    State state() {
        Status status = status();
        return state(status, status == Status.STOPPED ? 0 : record.initPid());
    }

    /** The state with a status and a pid as they are to be told. */
    State state(Status status, int pid) {
        return new State(SPEC_VERSION, record.id(), status.text(), pid, record.bundle(), record.rootfs(),
                record.created(), record.annotations());
    }

    /** The container, if the directory is one of a complete container. */
    static Optional<Container> of(StateDirectory directory) {
        return directory.record().map(record -> new Container(directory, record));
    }
}
