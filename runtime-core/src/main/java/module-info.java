/**
 * The runtime as a library: no command line, no printing, no {@code System.exit}. The only module with native access.
 */
@SuppressWarnings("module")
module org.jrunc.core {
    requires transitive org.jrunc.spec;

    exports org.jrunc.container;
    exports org.jrunc.report;
    exports org.jrunc.warm;
    exports org.jrunc.agent to org.jrunc.cli;
}
