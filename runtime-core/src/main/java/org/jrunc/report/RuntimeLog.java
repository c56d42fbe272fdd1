package org.jrunc.report;

/**
 * The core's only way to speak besides exceptions. Implementations write to {@code --log} and never to the stdout or
 * stderr of a caller that asked for a log file.
 */
public interface RuntimeLog {

    /** A log that forgets everything, for callers that want none. */
    RuntimeLog NONE = new RuntimeLog() {
        @Override
        public void log(Level level, String message) {
            // Forgotten. Not a lambda: the JVM could not store this interface linked, which costs 2 ms at start.
        }
    };

    /** How grave a record is; the names are those of runc's log records. */
    enum Level { DEBUG, INFO, WARNING, ERROR }

    /**
     * Writes one record.
     *
     * @param level   its gravity
     * @param message one line of text
     */
    void log(Level level, String message);

    /** Tells whether debug records are kept, so that costly ones need not be made. */
    default boolean isDebug() {
        return false;
    }

    /** Writes a {@link Level#DEBUG} record. */
    default void debug(String message) {
        log(Level.DEBUG, message);
    }

    /** Writes a {@link Level#WARNING} record. */
    default void warn(String message) {
        log(Level.WARNING, message);
    }
}
