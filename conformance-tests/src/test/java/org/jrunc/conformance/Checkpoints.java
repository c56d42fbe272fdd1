package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code checkpoint} and {@code restore} of a container, and containers that show whether they go on. */
final class Checkpoints {

    /** Counts in a variable, so that only the very process can go on counting. Ends with 7 when it is told to. */
    private static final String COUNT = "exec </dev/null >/dev/null 2>&1; i=0;"
            + " while [ ! -e /end ]; do i=$((i+1)); echo $i > /count; usleep 20000; done; exit 7";

    private Checkpoints() {
    }

    /** A container that counts. */
    static Container counting(Sandbox box) {
        return counting(box, box.bundle());
    }

    /** A container that counts, otherwise as its bundle says. */
    static Container counting(Sandbox box, Bundle bundle) {
        Shell.sh("chmod 666 " + bundle.sh(COUNT).file("/count", "0"));
        Container container = box.container(bundle);
        container.started();
        Poll.until("it counts", () -> count(bundle) > 3);
        return container;
    }

    /** How far it has counted. */
    static int count(Bundle bundle) {
        String text = content(bundle, "count");
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    /** A file in the root file system, without blanks around its content. */
    static String content(Bundle bundle, String file) {
        try {
            return Files.readString(bundle.rootfs().resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code checkpoint}, about to be run. */
    static Invocation checkpoint(Container container, Path images, String... flags) {
        return command(container, container.id(), images, List.of("checkpoint"), flags);
    }

    /** {@code restore}, about to be run. */
    static Invocation restore(Container container, Path images, String... flags) {
        return restoreAs(container, container.id(), images, flags);
    }

    /** {@code restore} with another id, about to be run. */
    static Invocation restoreAs(Container container, String id, Path images, String... flags) {
        return command(container, id, images, List.of("restore", "--bundle", container.bundle().dir().toString()),
                flags);
    }

    private static Invocation command(Container container, String id, Path images, List<String> first,
            String... flags) {
        List<String> words = new ArrayList<>(first);
        words.addAll(List.of("--image-path", images.toString()));
        words.addAll(List.of(flags));
        words.add(id);
        return container.runtime().command(words.toArray(String[]::new));
    }
}
