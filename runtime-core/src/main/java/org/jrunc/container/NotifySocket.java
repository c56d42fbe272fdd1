package org.jrunc.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Mount;
import org.jrunc.spec.Spec;

/**
 * The service manager's socket, sd_notify(3): when the caller has {@code NOTIFY_SOCKET}, the container gets the same
 * socket, mounted where crun and runc put it, and the variable that leads to it.
 */
final class NotifySocket {

    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final String INSIDE = "/run/notify/notify.sock";

    private final Optional<String> host;

    private NotifySocket(Optional<String> host) {
        this.host = host;
    }

    static NotifySocket of(RuntimeContext context) {
        String value = context.environment().getOrDefault(VARIABLE, "");
        if (value.isEmpty()) {
            return new NotifySocket(Optional.empty());
        }
        if (!value.startsWith("/")) {
            RuntimeLog log = context.log();
            log.warn("NOTIFY_SOCKET=" + value + " is not passed to the container: only a socket with a path can be"
                    + " mounted");
            return new NotifySocket(Optional.empty());
        }
        return new NotifySocket(Optional.of(value));
    }

    /** What the container's environment gets. */
    List<String> environment() {
        return host.isPresent() ? List.of(VARIABLE + "=" + INSIDE) : List.of();
    }

    /** The configuration with the socket's mount behind all others. */
    Spec mountedIn(Spec spec) {
        if (host.isEmpty()) {
            return spec;
        }
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(new Mount(INSIDE, Optional.of("bind"), host, List.of("bind", "ro", "nosuid", "noexec", "nodev"), List.of(),
                List.of()));
        return new Spec(spec.ociVersion(), spec.root(), spec.hostname(), spec.domainname(), spec.process(), mounts,
                spec.hooks(), spec.annotations(), spec.linux());
    }
}
