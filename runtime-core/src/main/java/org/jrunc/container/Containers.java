package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** Looks at containers without touching them. */
public final class Containers {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Containers(RuntimeContext context) {
        this.context = context;
    }

    /** The state of one container. */
    public org.jrunc.spec.State state(String id) {
        throw new RuntimeFailure("not built yet " + context);
    }

    /**
     * The states of all containers, sorted by id.
     *
     * @param broken is told about each state directory that can not be read: its id and why
     */
    public java.util.List<Listed> list(java.util.function.BiConsumer<String, String> broken) {
        throw new RuntimeFailure("not built yet " + context);
    }

    /**
     * One line of {@code list}.
     *
     * @param state the state
     * @param owner name of the user who owns the state directory, or {@code #uid}
     */
    public record Listed(org.jrunc.spec.State state, String owner) {
    }
}
