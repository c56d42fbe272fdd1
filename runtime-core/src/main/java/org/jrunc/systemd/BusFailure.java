package org.jrunc.systemd;

/** That a call over the bus failed. */
final class BusFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String name;

    /**
     * A failure.
     *
     * @param name    the D-Bus error's name, or that of an errno
     * @param message what it says about itself
     */
    BusFailure(String name, String message) {
        super(message.isEmpty() ? name : message + " (" + name + ")");
        this.name = name;
    }

    boolean is(String other) {
        return name.equals(other);
    }
}
