package org.jrunc.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files under src/test/resources: what containerd, CRI, Docker, Podman, Buildah really gave to a runtime. */
final class TestFiles {

    private TestFiles() {
    }

    static Path path(String name) {
        try {
            return Path.of(TestFiles.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(String name) {
        try {
            return Files.readString(path(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every config.json of an engine. */
    static List<Path> bundles() {
        return files("bundles", "config.json");
    }

    /** Every process.json of an engine's exec. */
    static List<Path> processes() {
        return files("bundles", "process.json");
    }

    /** Every resources file of an engine's update. */
    static List<Path> resources() {
        return files("resources", "");
    }

    private static List<Path> files(String directory, String name) {
        try (Stream<Path> files = Files.walk(path(directory))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> name.isEmpty() || file.getFileName().toString().equals(name)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
