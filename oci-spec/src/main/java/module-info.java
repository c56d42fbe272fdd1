/** The OCI runtime specification as data: {@code config.json}, {@code state.json}, {@code features}. */
module org.jrunc.spec {
    requires tools.jackson.core;

    exports org.jrunc.spec;
}
