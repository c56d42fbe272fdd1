package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A normal user whose systemd runs although nobody is logged in; closing it ends that systemd. */
public record SystemdUser(User user) implements AutoCloseable {
    private static final String NAME = "jrunctest";

    /** Makes the user if there is none, and starts its systemd. */
    public static SystemdUser lingering() {
        Shell.sh("id " + NAME + " || useradd --create-home --shell /bin/sh " + NAME);
        int uid = Integer.parseInt(Shell.sh("id -u " + NAME));
        Shell.sh("loginctl enable-linger " + NAME);
        Path directory = Path.of("/run/user/" + uid);
        assertTrue(Poll.within(Duration.ofSeconds(60), () -> Files.exists(directory.resolve("systemd/private"))),
                "the user's systemd does not run");
        return new SystemdUser(new User(NAME, uid, Integer.parseInt(Shell.sh("id -g " + NAME)),
                Path.of("/home", NAME), directory));
    }

    /** A bundle that the user can run without subordinate ids: one id, the host's network, no limits. */
    public Bundle bundle(Sandbox box) {
        Bundle bundle = box.bundle().namespace("user").withoutNamespace("network").remove("/linux/resources")
                .set("/linux/uidMappings", List.of(Map.of("containerID", 0, "hostID", user.uid(), "size", 1)))
                .set("/linux/gidMappings", List.of(Map.of("containerID", 0, "hostID", user.gid(), "size", 1)))
                .withoutMount("/sys").withoutMount("/sys/fs/cgroup").withoutMount("/dev/pts");
        Shell.sh("chown -hR " + user.uid() + ":" + user.gid() + " " + bundle.dir());
        return bundle;
    }

    @Override
    public void close() {
        Shell.attempt("loginctl disable-linger " + NAME);
    }
}
