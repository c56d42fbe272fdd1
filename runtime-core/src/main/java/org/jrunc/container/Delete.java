package org.jrunc.container;

import java.io.IOException;
import java.util.Optional;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** Removes a stopped or created container and everything it held. */
public final class Delete {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Delete(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Deletes the container. What a crashed {@code create} has left under that id is removed as well.
     *
     * @param force kill it first if it runs; a container that does not exist is no error
     */
    public void delete(String id, boolean force) {
        Optional<StateDirectory> directory = new StateStore(context).find(id);
        if (directory.isEmpty()) {
            if (force) {
                return;
            }
            throw new RuntimeFailure("container does not exist");
        }
        // Nothing is done to a directory that is not of jrunc's making.
        directory.get().record();
        try (Journal journal = Journal.lock(directory.get().path())) {
            if (!force) {
                Container.of(directory.get()).ifPresent(Delete::mustNotRun);
            }
            new Teardown(context, directory.get(), journal).run();
        } catch (IOException e) {
            if (directory.get().path().exists()) {
                throw new RuntimeFailure("can not delete container " + id + ": " + Reason.of(e), e);
            }
            // Somebody else deleted it meanwhile.
            if (!force) {
                throw new RuntimeFailure("container does not exist", e);
            }
        }
    }

    private static void mustNotRun(Container container) {
        Status status = container.status();
        if (status == Status.RUNNING || status == Status.PAUSED) {
            throw new RuntimeFailure("cannot delete container " + container.record().id() + " that is not stopped: "
                    + status.text());
        }
    }
}
