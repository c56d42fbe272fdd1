/** The {@code jrunc} command. */
module org.jrunc.cli {
    requires org.jrunc.core;
    requires info.picocli;
}
