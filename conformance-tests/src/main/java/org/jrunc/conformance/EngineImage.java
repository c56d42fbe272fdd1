package org.jrunc.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * An image made of the busybox root file system of a bundle, since no registry can be asked for one: a docker archive,
 * which podman, docker and containerd all load.
 */
public final class EngineImage {
    /** The name that README uses; engines find it without asking a registry. */
    public static final String NAME = "docker.io/library/busybox:latest";

    private EngineImage() {
    }

    /**
     * Writes the archive. Unless told otherwise a container sleeps: so the image also serves as that of a pod.
     *
     * @param dir    a directory
     * @param bundle whose root file system is to be the image's
     * @return the archive, in the directory
     */
    public static Path archive(Path dir, Bundle bundle) throws IOException {
        bundle.file("/www/index.html", "hello from the image\n");
        Path layer = dir.resolve("layer.tar");
        Shell.sh("tar --numeric-owner --owner=0 --group=0 -C '" + bundle.rootfs() + "' -cf '" + layer + "' .");
        String config = Bundle.JSON.writeValueAsString(Map.of("architecture", architecture(), "os", "linux",
                "created", "2026-01-01T00:00:00Z",
                "config", Map.of("Cmd", List.of("sleep", "100000"), "Env", List.of("PATH=/bin")),
                "rootfs", Map.of("type", "layers",
                        "diff_ids", List.of("sha256:" + sha256(Files.readAllBytes(layer))))));
        String configName = sha256(config.getBytes(StandardCharsets.UTF_8)) + ".json";
        Files.writeString(dir.resolve(configName), config);
        Files.writeString(dir.resolve("manifest.json"), Bundle.JSON.writeValueAsString(
                List.of(Map.of("Config", configName, "RepoTags", List.of(NAME), "Layers", List.of("layer.tar")))));
        Shell.sh("cd '" + dir + "' && tar -cf image.tar manifest.json " + configName + " layer.tar");
        return dir.resolve("image.tar");
    }

    /** The machine's architecture as image configurations name it. */
    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
