/** Harness for tests with real containers beside runc and crun. */
module org.jrunc.conformance {
    requires tools.jackson.databind;
}
