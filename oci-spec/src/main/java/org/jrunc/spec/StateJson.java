package org.jrunc.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON forms of a container's state (runtime.md, State), as runc writes them. */
public final class StateJson {
    /** Go's zero time, because callers read {@code created} into a Go time. */
    private static final String NO_TIME = "0001-01-01T00:00:00Z";

    private StateJson() {
    }

    /**
     * A state and the name of the user that owns it.
     *
     * @param state the state
     * @param owner user name, or {@code #uid}
     */
    public record Owned(State state, String owner) {
    }

    /** What {@code state} prints: indented by two spaces, no newline at the end. */
    public static String state(State state) {
        JsonWriter json = JsonWriter.indented("  ");
        write(json, state, "");
        return json.toString();
    }

    /** What {@code list --format json} prints: one line without the newline; {@code null} if there are none. */
    public static String list(List<Owned> states) {
        JsonWriter json = JsonWriter.compact();
        if (states.isEmpty()) {
            return json.nullValue().toString();
        }
        json.beginArray();
        for (Owned owned : states) {
            write(json, owned.state(), owned.owner());
        }
        return json.endArray().toString();
    }

    /**
     * What a hook is told: only what the specification knows, in one line without a newline.
     *
     * @param state  the state
     * @param status the status at this point of the life cycle
     * @param pid    init's pid as the hook sees it, left out if 0
     */
    public static String hook(State state, String status, int pid) {
        JsonWriter json = JsonWriter.compact();
        hook(json, state, status, pid);
        return json.toString();
    }

    /**
     * What a seccomp agent is told ({@code ContainerProcessState}, config-linux.md).
     *
     * @param state    the container's state, with the pid of its init
     * @param status   the status at this point of the life cycle
     * @param pid      the process with the filter
     * @param metadata {@code listenerMetadata}
     */
    public static String seccompAgent(State state, String status, int pid, String metadata) {
        JsonWriter json = JsonWriter.compact();
        json.beginObject().property("ociVersion", state.ociVersion()).property("fds", List.of("seccompFd"))
                .property("pid", pid);
        if (!metadata.isEmpty()) {
            json.property("metadata", metadata);
        }
        json.name("state");
        hook(json, state, status, state.pid());
        return json.endObject().toString();
    }

    private static void hook(JsonWriter json, State state, String status, int pid) {
        json.beginObject().property("ociVersion", state.ociVersion()).property("id", state.id())
                .property("status", status);
        if (pid != 0) {
            json.property("pid", pid);
        }
        json.property("bundle", state.bundle());
        annotations(json, state.annotations());
        json.endObject();
    }

    private static void write(JsonWriter json, State state, String owner) {
        json.beginObject().property("ociVersion", state.ociVersion()).property("id", state.id())
                .property("pid", state.pid()).property("status", state.status()).property("bundle", state.bundle())
                .property("rootfs", state.rootfs())
                .property("created", state.created().isEmpty() ? NO_TIME : state.created());
        annotations(json, state.annotations());
        json.property("owner", owner).endObject();
    }

    /** Left out if empty; sorted by key, as Go writes maps. */
    private static void annotations(JsonWriter json, Map<String, String> annotations) {
        if (!annotations.isEmpty()) {
            json.property("annotations", new TreeMap<>(annotations));
        }
    }
}
