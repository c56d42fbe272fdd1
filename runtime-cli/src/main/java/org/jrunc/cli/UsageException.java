package org.jrunc.cli;

/** The command line itself is wrong: the help of the command is shown with the error. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String headline;

    /**
     * A wrong command line.
     *
     * @param headline what stands above the help on stdout
     * @param message  the error
     */
    UsageException(String headline, String message) {
        super(message);
        this.headline = headline;
    }

    String headline() {
        return headline;
    }
}
