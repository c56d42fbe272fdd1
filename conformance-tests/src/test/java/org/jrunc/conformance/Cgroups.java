package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Containers with limits, and the files of their v1 cgroups as the host sees them. */
final class Cgroups {

    /** The two kinds of {@code linux.cgroupsPath}. */
    enum At { ABSOLUTE, RELATIVE }

    /** A v1 controller that this class has mounted itself, if it was not. */
    record Mounted(Path own) implements AutoCloseable {

        static Mounted of(String controllers) {
            Path directory = Path.of("/sys/fs/cgroup/" + controllers);
            if (Shell.attempt("mountpoint -q " + directory).exit() == 0) {
                return new Mounted(null);
            }
            boolean done = Shell.attempt("mkdir -p " + directory + " && mount -t cgroup -o " + controllers + " none "
                    + directory).exit() == 0;
            if (!done) {
                Shell.attempt("rmdir " + directory);
            }
            Assumptions.assumeTrue(done, "needs the controller " + controllers + " for cgroup v1");
            // As every distribution has it; crun looks for these.
            Shell.attempt("for c in " + controllers.replace(',', ' ') + "; do ln -sT " + controllers
                    + " /sys/fs/cgroup/$c; done");
            return new Mounted(directory);
        }

        @Override
        public void close() {
            if (own != null) {
                Shell.attempt("find /sys/fs/cgroup -maxdepth 1 -lname " + own.getFileName() + " -delete");
                Shell.attempt("i=0; while [ $i -lt 50 ] && ! umount " + own + "; do sleep 0.1; i=$((i+1)); done; rmdir "
                        + own);
            }
        }
    }

    private Cgroups() {
    }

    /** A container at this kind of path. */
    static Container container(Sandbox box, Bundle bundle, At at) {
        Container container = box.container(bundle);
        bundle.set("/linux/cgroupsPath", (at == At.ABSOLUTE ? "/" : "") + container.id());
        return container;
    }

    /** A bundle that asks for one thing and waits. */
    static Bundle asking(Sandbox box, String controller, Object value) {
        return box.bundle().idle().set("/linux/resources/" + controller, value);
    }

    /** What fails to be created. */
    static Result refused(Sandbox box, String controller, Object value) {
        return box.container(asking(box, controller, value)).create();
    }

    /** A file of the container's cgroup. */
    static String file(Container container, String controller, String file) {
        try {
            return Files.readString(Path.of(path(container, controller), file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The container's cgroup, as the process's membership says where that is. */
    static String path(Container container, String controller) {
        String path = container.init().file("cgroup").lines().map(l -> l.split(":", 3))
                .filter(f -> List.of(f[1].split(",")).contains(controller)).findFirst().orElseThrow()[2];
        try (var mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            Path mount = mounts.filter(m -> List.of(m.getFileName().toString().split(","))
                    .contains(controller)).findFirst().orElseThrow();
            return mount + path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> device(long major, long minor, String key, long value) {
        return Map.of("major", major, "minor", minor, key, value);
    }
}
