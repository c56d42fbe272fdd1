package org.jrunc.container;

/** The states of a container (runtime.md, State; {@code paused} is runc's addition). */
enum Status {
    CREATING("creating"),
    CREATED("created"),
    RUNNING("running"),
    PAUSED("paused"),
    STOPPED("stopped");

    private final String text;

    Status(String text) {
        this.text = text;
    }

    /** The word as in the state JSON. */
    String text() {
        return text;
    }
}
