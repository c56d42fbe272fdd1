package org.jrunc.conformance.bench;

/** Something that is to be measured does not work; the message says what and how it ended. */
final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchFailure(String message) {
        super(message);
    }
}
