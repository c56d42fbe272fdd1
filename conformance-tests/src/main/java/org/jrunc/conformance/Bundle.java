package org.jrunc.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bundle: a busybox root file system and a {@code config.json} that a test changes as it needs.
 *
 * <p>The configuration starts as what {@code runc spec} writes, with {@code terminal}, {@code noNewPrivileges} and a
 * read-only root off. It is written to the file each time a {@link Container} is about to use the bundle.
 */
public final class Bundle {
    /** Reads and writes JSON as configurations and states need it. */
    public static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final List<String> ALL_CAPABILITIES = List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_OWNER", "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_SYS_NICE", "CAP_MKNOD", "CAP_AUDIT_WRITE");

    private final Path dir;
    private final ObjectNode config;

    /** A fresh bundle in a directory that is made. */
    public Bundle(Path dir, Rootfs rootfs) {
        this.dir = dir;
        try (InputStream in = Bundle.class.getResourceAsStream("config.json")) {
            Files.createDirectories(rootfs());
            rootfs.fill(rootfs());
            config = (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bundle's directory. */
    public Path dir() {
        return dir;
    }

    /** Its root file system. */
    public Path rootfs() {
        return dir.resolve("rootfs");
    }

    /** The configuration, to be changed at will. */
    public ObjectNode config() {
        return config;
    }

    /** Writes {@code config.json}. */
    public Bundle save() {
        try {
            Files.writeString(dir.resolve("config.json"), JSON.writeValueAsString(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sets a value at a JSON pointer; objects on the way are made as needed. */
    public Bundle set(String pointer, Object value) {
        JsonPointer path = JsonPointer.compile(pointer);
        JsonNode parent = config.at(path.head());
        if (parent.isMissingNode()) {
            set(path.head().toString(), Map.of());
            parent = config.at(path.head());
        }
        JsonNode node = JSON.valueToTree(value);
        if (parent instanceof ArrayNode array) {
            array.set(path.last().getMatchingIndex(), node);
        } else {
            ((ObjectNode) parent).set(path.last().getMatchingProperty(), node);
        }
        return this;
    }

    /** Takes away what is at a JSON pointer. */
    public Bundle remove(String pointer) {
        JsonPointer path = JsonPointer.compile(pointer);
        JsonNode parent = config.at(path.head());
        if (parent instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        } else {
            ((ObjectNode) parent).remove(path.last().getMatchingProperty());
        }
        return this;
    }

    /** Appends a value to the array at a JSON pointer, which is made if there is none. */
    public Bundle add(String pointer, Object value) {
        if (!(config.at(pointer) instanceof ArrayNode)) {
            set(pointer, List.of());
        }
        ((ArrayNode) config.at(pointer)).add(JSON.<JsonNode>valueToTree(value));
        return this;
    }

    /** The program and its arguments. */
    public Bundle args(String... args) {
        return set("/process/args", args);
    }

    /** Has the container run a script by {@code /bin/sh}. */
    public Bundle sh(String script) {
        return args("/bin/sh", "-c", script);
    }

    /** A process that lives until it is killed, and that ends on SIGTERM, with exit code 0. */
    public Bundle idle() {
        return sh("trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done");
    }

    /** Adds a variable. */
    public Bundle env(String name, String value) {
        return add("/process/env", name + "=" + value);
    }

    /** Adds a mount. */
    public Bundle mount(String destination, String type, String source, String... options) {
        return add("/mounts",
                Map.of("destination", destination, "type", type, "source", source, "options", options));
    }

    /** Adds a bind mount; {@code bind} is added to the options unless {@code rbind} is among them. */
    public Bundle bind(Path source, String destination, String... options) {
        ArrayNode list = JSON.valueToTree(options);
        if (!List.of(options).contains("rbind")) {
            list.insert(0, "bind");
        }
        return add("/mounts", Map.of("destination", destination, "source", source.toString(), "options", list));
    }

    /** Takes away the mount at a destination. */
    public Bundle withoutMount(String destination) {
        removeWhere("/mounts", "destination", destination);
        return this;
    }

    /** Has a new namespace of this type. */
    public Bundle namespace(String type) {
        withoutNamespace(type);
        return add("/linux/namespaces", Map.of("type", type));
    }

    /** Joins the namespace of this type that a file stands for. */
    public Bundle namespace(String type, String path) {
        withoutNamespace(type);
        return add("/linux/namespaces", Map.of("type", type, "path", path));
    }

    /** Stays in the runtime's namespace of this type. */
    public Bundle withoutNamespace(String type) {
        removeWhere("/linux/namespaces", "type", type);
        return this;
    }

    /** Has a user namespace in which ids from 0 on are the host's ids from a start on. */
    public Bundle userNamespace(int hostStart, int size) {
        namespace("user");
        Map<String, Integer> map = Map.of("containerID", 0, "hostID", hostStart, "size", size);
        set("/linux/uidMappings", List.of(map));
        return set("/linux/gidMappings", List.of(map));
    }

    /** Adds a hook that runs a script of the host by {@code /bin/sh}. */
    public Bundle hook(String kind, String script) {
        return add("/hooks/" + kind, Map.of("path", "/bin/sh", "args", List.of("sh", "-c", script)));
    }

    /** Gives the process these capabilities in all five sets. */
    public Bundle capabilities(List<String> names) {
        for (String set : List.of("bounding", "effective", "permitted", "inheritable", "ambient")) {
            set("/process/capabilities/" + set, names);
        }
        return this;
    }

    /** Gives the process about every capability a test can need. */
    public Bundle allCapabilities() {
        return capabilities(ALL_CAPABILITIES);
    }

    /** Puts an executable script into the root file system or, for a relative path, beside it. */
    public Path script(String path, String content) {
        Path file = file(path, content);
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Puts a file into the root file system (absolute path) or beside it (relative path). */
    public Path file(String path, String content) {
        Path file = path.startsWith("/") ? rootfs().resolve(path.substring(1)) : dir.resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private void removeWhere(String array, String property, String value) {
        ArrayNode nodes = (ArrayNode) config.at(array);
        nodes.removeIf(n -> n.path(property).asString("").equals(value));
    }
}
