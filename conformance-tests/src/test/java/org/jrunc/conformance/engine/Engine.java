package org.jrunc.conformance.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jrunc.conformance.OciRuntime;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Shell;

/**
 * An engine's service on a socket of its own, with jrunc as its runtime, with one image, which is the host's busybox.
 * All its files are in one directory, it makes no network, and nothing is left when it is closed.
 */
final class Engine implements AutoCloseable {

    /** The image, in the name of which there is no registry to ask. */
    static final String IMAGE = "localhost/jrunc-busybox:1";

    private final Path dir;
    private final Process service;

    private Engine(Path dir, Process service) {
        this.dir = dir;
        this.service = service;
    }

    static Engine podman() throws IOException {
        Path dir = Files.createTempDirectory("jt-podman");
        // Its own default is more than this user may have where there is no CAP_SYS_RESOURCE.
        Files.writeString(dir.resolve("containers.conf"), "[containers]\ndefault_ulimits = [\"nofile="
                + Shell.sh("echo $(ulimit -Hn):$(ulimit -Hn)") + "\", \"nproc="
                + Shell.sh("echo $(bash -c 'ulimit -Hu'):$(bash -c 'ulimit -Hu')") + "\"]\n[engine]\n"
                + "runtime_supports_json = [\"jrunc\"]\n");
        String options = "--root " + dir + "/root --runroot " + dir + "/run --tmpdir " + dir + "/tmp"
                + " --cgroup-manager cgroupfs --events-backend file --runtime " + OciRuntime.executableUnderTest();
        return started(dir, "env CONTAINERS_CONF=" + dir + "/containers.conf podman " + options + " system service -t 0 unix://" + dir + "/socket",
                "podman " + options + " import -q -");
    }

    static Engine dockerd() throws IOException {
        Path dir = Files.createTempDirectory("jt-docker");
        Files.writeString(dir.resolve("daemon.json"), "{}");
        String docker = "docker -H unix://" + dir + "/socket ";
        return started(dir, "dockerd --config-file " + dir + "/daemon.json --data-root " + dir + "/root --exec-root "
                + dir + "/run --pidfile " + dir + "/pid -H unix://" + dir + "/socket --bridge none --iptables=false"
                + " --ip6tables=false --oom-score-adjust 0 --add-runtime jrunc=" + OciRuntime.executableUnderTest()
                + " --default-runtime jrunc", docker + "import -");
    }

    private static Engine started(Path dir, String command, String importing) throws IOException {
        // Also readable by a service that lowers its rights.
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process service = new ProcessBuilder(List.of(command.split(" "))).redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(dir.resolve("log").toFile()).start();
        Engine engine = new Engine(dir, service);
        try {
            if (!Poll.within(Duration.ofSeconds(30), () -> Files.exists(dir.resolve("socket")))) {
                throw new AssertionError(command + " has no socket: " + engine.log());
            }
            Shell.sh("mkdir -p " + dir + "/rootfs/bin " + dir + "/rootfs/tmp && cd " + dir + "/rootfs"
                    + " && cp /bin/busybox bin && for a in $(bin/busybox --list); do"
                    + " [ $a = busybox ] || ln -s busybox bin/$a; done; tar -c . | " + importing + " " + IMAGE);
            return engine;
        } catch (AssertionError | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** What {@code DOCKER_HOST} has to be. */
    String socket() {
        return "unix://" + dir.resolve("socket");
    }

    /** Where the runtime may keep the state of a container: podman gives no --root, docker one of its own. */
    List<Path> stateOf(String id) {
        return List.of(Path.of("/run/jrunc", id), dir.resolve("run/runtime-runc/moby").resolve(id));
    }

    private String log() {
        return Shell.attempt("cat " + dir + "/log").output();
    }

    @Override
    public void close() {
        service.destroy();
        try {
            if (!service.waitFor(30, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Its storage and namespaces may still be mounted.
        Shell.sh("awk -v d=" + dir + "/ 'index($2, d) == 1 { print $2 }' /proc/self/mounts | sort -r"
                + " | xargs -r umount; rm -rf --one-file-system " + dir);
    }
}
