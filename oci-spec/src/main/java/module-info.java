/** The OCI runtime specification as data: {@code config.json}, {@code state.json}, {@code features}. */
module org.jrunc.spec {
    requires tools.jackson.databind;

    exports org.jrunc.spec;
}
