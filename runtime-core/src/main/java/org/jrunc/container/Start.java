package org.jrunc.container;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Launch;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.OomReport;
import org.jrunc.hooks.StartHooks;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Hook;
import org.jrunc.spec.SpecReader;

/**
 * Lets a created container run its program. This needs no native call: init waits in a FIFO, and another FIFO tells how
 * it went.
 */
public final class Start {

    private static final long DEADLINE_MILLIS = 30_000;

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Start(RuntimeContext context) {
        this.context = context;
    }

    /** Starts the container; returns when its program was executed, or throws when that failed. */
    public void start(String id) {
        try {
            start(Container.load(context, id));
        } catch (ExecFailure e) {
            // Only a run stands for the container's program with its exit status.
            throw new RuntimeFailure(e.getMessage(), e);
        }
    }

    void start(Container container) {
        Status status = container.status();
        if (status != Status.CREATED) {
            throw refused(status);
        }
        File claimed = container.directory().claimedFifo();
        // Of several starts at the same time one can rename the FIFO; the others come too late.
        if (!container.directory().startFifo().renameTo(claimed)) {
            throw refused(container.isAlive() ? Status.RUNNING : Status.STOPPED);
        }
        byte[] told = release(container, claimed);
        claimed.delete();
        container.directory().statusFifo().delete();
        judge(container, told);
        new HostHooks(context, container).poststart();
    }

    private static RuntimeFailure refused(Status status) {
        switch (status) {
            case RUNNING:
                return new RuntimeFailure("cannot start an already running container");
            case STOPPED:
                return new RuntimeFailure("cannot start a container that has stopped");
            default:
                return new RuntimeFailure("cannot start a container in the " + status.text() + " state");
        }
    }

    /** Wakes init and reads what it tells, up to the end of the file: init's last copy of the FIFO closes at execve. */
    private static byte[] release(Container container, File claimed) {
        Watchdog watchdog = new Watchdog(container);
        watchdog.start();
        // A FIFO that is opened for reading and writing never makes the opener wait for another process, fifo(7).
        try (FileInputStream status = new FileInputStream(container.directory().statusFifo());
                RandomAccessFile start = new RandomAccessFile(claimed, "rw")) {
            start.write('0');
            return status.readAllBytes();
        } catch (IOException e) {
            throw new RuntimeFailure("can not start the container through " + claimed + ": " + Reason.of(e), e);
        } finally {
            watchdog.interrupt();
        }
    }

    /** Turns what init told into the failure it stands for, or nothing. */
    static void judge(Container container, byte[] told) {
        if (told.length == 0) {
            Optional<OomReport> oom = CgroupManager.of(container.record().cgroups()).oom();
            throw new RuntimeFailure(oom.isPresent()
                    ? "container init was OOM-killed (memory limit too low?): " + oom.get().text()
                    : "container init was not ready to execute: the process died while waiting for start (killed?)");
        }
        if (told[0] == Launch.HOOK_FAILED) {
            List<Hook> hooks = SpecReader.read(container.directory().configFile().toPath()).hooks().orElseThrow()
                    .startContainer();
            throw new RuntimeFailure(StartHooks.failure(hooks, Arrays.copyOfRange(told, 1, told.length)));
        }
        ExecFailure.check(told, container.record().program());
    }

    /**
     * Keeps {@code start} from waiting for an init that has died: opening a FIFO for reading waits for a writer, so if
     * init is gone, or nothing happens for too long, this thread opens and closes it as one.
     */
    private static final class Watchdog extends Thread {
        private final Container container;

        Watchdog(Container container) {
            super("start-watchdog");
            this.container = container;
            setDaemon(true);
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            try {
                while (container.isAlive() && System.nanoTime() - start < DEADLINE_MILLIS * 1_000_000) {
                    Thread.sleep(20);
                }
                new RandomAccessFile(container.directory().statusFifo(), "rw").close();
            } catch (InterruptedException | IOException done) {
                // The start is over, one way or the other.
                return;
            }
        }
    }
}
