/**
 * The runtime as a library: no command line, no printing, no {@code System.exit}. The only module with native access.
 */
module org.jrunc.core {
    requires transitive org.jrunc.spec;

    exports org.jrunc.container;
    exports org.jrunc.report;
}
