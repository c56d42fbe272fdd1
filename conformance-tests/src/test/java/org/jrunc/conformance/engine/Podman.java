package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.OciRuntime;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;
import org.jrunc.conformance.User;

/**
 * podman with the runtime under test, configured as the README says, and with systemd as its cgroup manager. That of
 * root has a storage of its own, that of a user has the user's.
 */
final class Podman {
    /** The image that there is: busybox. */
    static final String IMAGE = "localhost/jt:1";

    private final Path dir;
    private final User user;
    private final List<String> words = new ArrayList<>();

    /** Configures podman and imports the image. */
    Podman(Sandbox box, User user) {
        this.dir = box.dir();
        this.user = user;
        Path executable = OciRuntime.executableUnderTest();
        String name = executable.getFileName().toString();
        String config = """
                [engine]
                cgroup_manager = "systemd"
                runtime = "%s"
                runtime_supports_json = ["crun", "runc", "jrunc"]
                [engine.runtimes]
                %s = ["%s"]
                [containers]
                log_driver = "k8s-file"
                """.formatted(name, name, executable);
        if (user == null) {
            words.addAll(List.of("env", "CONTAINERS_CONF=" + write("containers.conf", config), "podman",
                    "--root", dir.resolve("storage").toString(), "--runroot", dir.resolve("run").toString(),
                    "--tmpdir", dir.resolve("tmp").toString()));
        } else {
            Path target = user.home().resolve(".config/containers");
            Shell.sh("install -d -o " + user.uid() + " -g " + user.gid() + " " + target.getParent() + " " + target
                    + "; install -m 644 " + write("containers.conf", config) + " " + target);
            words.addAll(asUser());
            words.add("podman");
        }
        Path image = dir.resolve("image.tar");
        Shell.sh("tar -C " + box.bundle().rootfs() + " -cf " + image + " . && chmod 644 " + image);
        run("import", "--quiet", "--change", "ENV PATH=/bin", image.toString(), IMAGE).ok();
    }

    private List<String> asUser() {
        List<String> prefix = new ArrayList<>(user.prefix());
        prefix.add("DBUS_SESSION_BUS_ADDRESS=unix:path=" + user.runtimeDir() + "/bus");
        return prefix;
    }

    /** A file that everybody can read. */
    Path write(String name, String text) {
        try {
            Path file = Files.writeString(dir.resolve(name), text);
            Shell.sh("chmod 644 " + file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A podman command, about to be run. */
    Invocation command(String... arguments) {
        return invocation(words, List.of(arguments));
    }

    /** The same with a terminal, which {@code script} makes. */
    Invocation inATerminal(String... arguments) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(arguments));
        String line = String.join(" ", all.stream().map(w -> "'" + w + "'").toList());
        return invocation(List.of("script", "--quiet", "--return", "--command", line, "/dev/null"), List.of());
    }

    private Invocation invocation(List<String> program, List<String> arguments) {
        List<String> all = new ArrayList<>(program);
        all.addAll(arguments);
        return new Invocation(dir.resolve("out"), all).cwd(Path.of("/")).timeout(Duration.ofSeconds(60));
    }

    /** Runs a podman command to its end. */
    Result run(String... arguments) {
        return command(arguments).run();
    }

    /** A detached container without network; its full id. */
    String detached(String... arguments) {
        List<String> all = new ArrayList<>(List.of("run", "--detach", "--network", "none"));
        all.addAll(List.of(arguments));
        String id = run(all.toArray(String[]::new)).ok().out().strip();
        assertTrue(id.matches("[0-9a-f]{64}"), id);
        return id;
    }

    /** What {@code podman inspect} says to a template. */
    String inspect(String container, String template) {
        return run("inspect", "--format", template, container).ok().out().strip();
    }

    /** The directory of a running container's cgroup. */
    Path cgroup(String container) {
        String pid = inspect(container, "{{.State.Pid}}");
        return Path.of("/sys/fs/cgroup" + Shell.sh("grep ^0:: /proc/" + pid + "/cgroup | cut -d: -f3"));
    }

    /** A property of a unit, of the systemd whose units the containers are. */
    String show(String unit, String property) {
        return systemctl("show", "--value", "--property", property, unit).strip();
    }

    private String systemctl(String... arguments) {
        List<String> command = new ArrayList<>(user == null ? List.of() : asUser());
        command.add("systemctl");
        if (user != null) {
            command.add("--user");
        }
        return invocation(command, List.of(arguments)).run().ok().out();
    }

    /** The units, cgroups and states of containers that there are. */
    List<String> traces() {
        String state = user == null ? "/run" : user.runtimeDir().toString();
        String name = OciRuntime.executableUnderTest().getFileName().toString();
        List<String> found = new ArrayList<>();
        found.addAll(Shell.sh("find /sys/fs/cgroup -type d -name '*libpod*' 2>/dev/null || :").lines().toList());
        found.addAll(Shell.sh("find " + state + "/" + name + " -mindepth 1 -maxdepth 1 ! -name '@*' 2>/dev/null || :")
                .lines().toList());
        found.addAll(systemctl("list-units", "--all", "--plain", "--no-legend", "*libpod*").lines().toList());
        return found;
    }
}
