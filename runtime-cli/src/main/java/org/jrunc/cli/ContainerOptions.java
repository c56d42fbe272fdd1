package org.jrunc.cli;

import java.nio.file.Path;
import org.jrunc.container.CreateRequest;
import org.jrunc.report.RuntimeFailure;

/** The flags that {@code create} and {@code run} share. */
final class ContainerOptions {

    private ContainerOptions() {
    }

    /** Adds them to a command. */
    static void add(Options options) {
        options.value("the bundle: a directory with config.json (default: the current directory)", "bundle", "b")
                .value("another file than config.json in the bundle", "config", "f")
                .value("unix socket that gets the terminal's descriptor", "console-socket")
                .value("unix socket that gets a pidfd of the container's first process", "pidfd-socket")
                .value("file to write the host pid of the container's first process to", "pid-file")
                .flag("use MS_MOVE and chroot instead of pivot_root, for a rootfs on a ramdisk", "no-pivot")
                .flag("keep the caller's session keyring", "no-new-keyring")
                .value("pass this many more descriptors to the container, after stdio and $LISTEN_FDS (default: 0)",
                        "preserve-fds");
    }

    /** Reads them; relative paths become absolute here, before anything changes directory. */
    static CreateRequest request(Invocation invocation, String id) {
        Path bundle = invocation.path("bundle").orElse(invocation.cwd());
        return new CreateRequest(id, bundle, invocation.line().value("config").map(bundle::resolve),
                invocation.path("console-socket"), invocation.path("pidfd-socket"), invocation.path("pid-file"),
                invocation.line().flag("no-pivot"), invocation.line().flag("no-new-keyring"),
                preserveFds(invocation.line().value("preserve-fds").orElse("0")));
    }

    /** The value of {@code --preserve-fds}. */
    static int preserveFds(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Said below, together with negative numbers.
        }
        throw new RuntimeFailure("invalid --preserve-fds \"" + value + "\": must be a number of descriptors");
    }
}
