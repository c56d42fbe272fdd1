package org.jrunc.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Rootfs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bundles: one root file system, and a directory with a {@code config.json} for each runtime and container. crun
 * 1.8.1 refuses versions of the specification after 1.0, so all say 1.0.2.
 */
final class Bundles {
    /** What {@code jrunc spec} writes; docker's default; the first with a user namespace. */
    static final List<String> KINDS = List.of("plain", "docker", "userns");

    private final Path directory;
    private final String cgroup;
    private final Map<String, ObjectNode> configurations;

    /**
     * Makes the root file system.
     *
     * @param directory where bundles are made; everybody may look into it
     * @param docker    a {@code config.json} of docker
     * @param cgroup    name of the cgroup below which the containers' are
     */
    Bundles(Path directory, Path docker, String cgroup) {
        this.directory = directory;
        this.cgroup = cgroup;
        try {
            Files.createDirectories(directory);
            Bundle plain = new Bundle(directory.resolve("template"), Rootfs.template(directory));
            plain.set("/root/path", plain.rootfs().toString());
            ObjectNode ordinary = plain.config().deepCopy();
            ObjectNode userns = plain.userNamespace(100_000, 65_536).config();
            configurations = Map.of("plain", ordinary, "docker", ofDocker(docker, plain.rootfs()), "userns", userns);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a bundle.
     *
     * @param kind    one of {@link #KINDS}
     * @param subject whose it is
     * @param name    tells it from the others, also its cgroup; no two containers that live at once may share it
     * @param args    the program and its arguments
     * @return its directory
     */
    Path bundle(String kind, Subject subject, String name, String... args) {
        ObjectNode config = configurations.get(kind).deepCopy();
        ((ObjectNode) config.get("process")).set("args", Bundle.JSON.valueToTree(args));
        ((ObjectNode) config.get("linux")).put("cgroupsPath", "/" + cgroup + "/" + subject.name() + "/" + name);
        try {
            Path bundle = Files.createDirectories(directory.resolve(subject.name()).resolve(name));
            Files.writeString(bundle.resolve("config.json"), Bundle.JSON.writeValueAsString(config));
            return bundle;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Docker's configuration without what belongs to its one container: files, hooks and limits. */
    private static ObjectNode ofDocker(Path file, Path rootfs) throws IOException {
        ObjectNode config = (ObjectNode) Bundle.JSON.readTree(Files.readString(file));
        config.put("ociVersion", "1.0.2");
        config.remove("hooks");
        config.set("root", Bundle.JSON.valueToTree(Map.of("path", rootfs.toString())));
        ((ObjectNode) config.get("process")).remove("rlimits");
        JsonNode devices = config.at("/linux/resources/devices");
        ((ObjectNode) config.get("linux")).set("resources", Bundle.JSON.valueToTree(Map.of("devices", devices)));
        ArrayNode mounts = (ArrayNode) config.get("mounts");
        for (int i = mounts.size() - 1; i >= 0; i--) {
            if (mounts.get(i).get("type").asString().equals("bind")) {
                mounts.remove(i);
            }
        }
        return config;
    }
}
