package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Containers with limits, and the files of their cgroups as the host sees them. */
public final class Cgroups {

    /** The two kinds of {@code linux.cgroupsPath}. */
    public enum At { ABSOLUTE, RELATIVE }

    /**
     * A v1 controller that this class has mounted itself, if it was not; one test run of the machine at a time.
     *
     * @param own  where it has mounted it; null if it was mounted
     * @param lock held as long as it is needed
     */
    public record Mounted(Path own, FileChannel lock) implements AutoCloseable {
        private static final Path LOCK = Path.of("/run/lock/jrunc-conformance");

        public static Mounted of(String controllers) {
            if (areUnified()) {
                return new Mounted(null, null);
            }
            FileChannel lock = acquire();
            Path directory = Path.of("/sys/fs/cgroup/" + controllers);
            if (Shell.attempt("mountpoint -q " + directory).exit() == 0) {
                return new Mounted(null, lock);
            }
            boolean done = Shell.attempt("mkdir -p " + directory + " && mount -t cgroup -o " + controllers + " none "
                    + directory).exit() == 0;
            if (!done) {
                Shell.attempt("rmdir " + directory);
                new Mounted(null, lock).close();
            }
            Assumptions.assumeTrue(done, "needs the controller " + controllers + " for cgroup v1");
            // As every distribution has it; crun looks for these.
            Shell.attempt("for c in " + controllers.replace(',', ' ') + "; do ln -sT " + controllers
                    + " /sys/fs/cgroup/$c; done");
            return new Mounted(directory, lock);
        }

        private static FileChannel acquire() {
            try {
                FileChannel lock = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (!Poll.within(Duration.ofSeconds(60), () -> locked(lock))) {
                    throw new AssertionError("another test run holds " + LOCK + " for more than a minute");
                }
                return lock;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static boolean locked(FileChannel lock) {
            try {
                return lock.tryLock() != null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            if (own != null) {
                Shell.attempt("find /sys/fs/cgroup -maxdepth 1 -lname " + own.getFileName() + " -delete");
                Shell.attempt("i=0; while [ $i -lt 50 ] && ! umount " + own + "; do sleep 0.1; i=$((i+1)); done; rmdir "
                        + own);
            }
            try {
                if (lock != null) {
                    lock.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Cgroups() {
    }

    /** Whether this host has nothing but cgroup v2. */
    public static boolean areUnified() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    }

    /** Where a container, or the host, has the files of a controller. */
    public static String directory(String controller) {
        return areUnified() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller;
    }

    /** A container at this kind of path. */
    public static Container container(Sandbox box, Bundle bundle, At at) {
        Container container = box.container(bundle);
        bundle.set("/linux/cgroupsPath", (at == At.ABSOLUTE ? "/" : "") + container.id());
        return container;
    }

    /** A bundle that asks for one thing and waits. */
    public static Bundle asking(Sandbox box, String controller, Object value) {
        return box.bundle().idle().set("/linux/resources/" + controller, value);
    }

    /** What fails to be created. */
    public static Result refused(Sandbox box, String controller, Object value) {
        return box.container(asking(box, controller, value)).create();
    }

    /** A file of the container's cgroup. */
    public static String file(Container container, String controller, String file) {
        return read(Path.of(path(container, controller), file));
    }

    /** One value on v1, another on v2. */
    public static String either(String v1, String v2) {
        return areUnified() ? v2 : v1;
    }

    /** A limit of the container's: the file that it has on v1, or on v2. */
    public static String limit(Container container, String v1Controller, String v1File, String v2File) {
        return file(container, v1Controller, either(v1File, v2File));
    }

    /** The container's cgroup of a controller, as the process's membership says where that is. */
    public static String path(Container container, String controller) {
        if (areUnified()) {
            return path(container).toString();
        }
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

    /** The directory of a container's cgroup of v2, as the process's membership says where that is. */
    static Path path(Container container) {
        return container.init().file("cgroup").lines().filter(l -> l.startsWith("0::"))
                .map(l -> Path.of("/sys/fs/cgroup" + l.substring(3))).findFirst().orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The numbers of a disk, as MAJOR:MINOR. */
    public static String disk() {
        String numbers = Shell.sh("for d in /sys/block/*; do case $d in */loop*|*/zram*|*/ram*) ;; *) cat $d/dev; "
                + "break;; esac; done");
        Assumptions.assumeTrue(numbers.contains(":"), "needs a disk");
        return numbers;
    }

    public static Map<String, Object> device(long major, long minor, String key, long value) {
        return Map.of("major", major, "minor", minor, key, value);
    }
}
