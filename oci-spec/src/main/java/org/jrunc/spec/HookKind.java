package org.jrunc.spec;

/** The six points at which hooks run (config.md, POSIX-platform Hooks), in the order of the life cycle. */
public enum HookKind {
    /** Deprecated twin of {@link #CREATE_RUNTIME}, run before it. */
    PRESTART("prestart"),
    /** In the runtime's namespaces, after the container's were made, before pivot_root. */
    CREATE_RUNTIME("createRuntime"),
    /** In the container's namespaces, before pivot_root. */
    CREATE_CONTAINER("createContainer"),
    /** In the container, right before the user's program. */
    START_CONTAINER("startContainer"),
    /** In the runtime's namespaces, after the program was started. */
    POSTSTART("poststart"),
    /** In the runtime's namespaces, after the container was deleted. */
    POSTSTOP("poststop");

    private final String property;

    HookKind(String property) {
        this.property = property;
    }

    /** The name of the property in {@code config.json}, also used in messages. */
    public String property() {
        return property;
    }
}
