package org.jrunc.agent;

/** An agent died or did not answer in time. The message is a sentence without the name of what was to be done. */
public final class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AgentException(String message) {
        super(message);
    }
}
