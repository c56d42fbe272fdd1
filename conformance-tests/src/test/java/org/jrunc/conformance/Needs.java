package org.jrunc.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a test needs of the machine: without it the test is skipped, and says why. */
public final class Needs {
    private Needs() {
    }

    public static void root() {
        assumeTrue(Shell.sh("id -u").equals("0"), "needs to run as root");
    }

    public static void tool(String program) {
        assumeTrue(Shell.has(program), "needs the program " + program);
    }

    /** A criu that works on this kernel. */
    public static void criu() {
        tool("criu");
        Shell.Outcome check = Shell.attempt("criu check 2>&1");
        assumeTrue(check.exit() == 0, "criu does not work on this kernel: "
                + check.output().strip().lines().findFirst().orElse(""));
    }

    /** A feature of criu's and the kernel's, by its name for {@code criu check}. */
    public static void criu(String feature) {
        criu();
        assumeTrue(Shell.attempt("criu check --feature " + feature).exit() == 0, "needs " + feature + " for criu");
    }

    public static void cgroupV1() {
        assumeTrue(Files.isDirectory(Path.of("/sys/fs/cgroup/pids")), "needs cgroup v1");
    }

    public static void cgroupV2() {
        assumeTrue(Cgroups.areUnified(), "needs cgroup v2 alone");
    }

    public static void systemd() {
        assumeTrue(hasSystemd(), "needs systemd as pid 1");
    }

    static boolean hasSystemd() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    /** A controller of cgroup v2, or a mounted one of v1. */
    public static void controller(String name) {
        boolean there = Cgroups.areUnified()
                ? Shell.attempt("grep -qw " + name + " /sys/fs/cgroup/cgroup.controllers").exit() == 0
                : Files.isDirectory(Path.of("/sys/fs/cgroup/" + name));
        assumeTrue(there, "needs the controller " + name);
    }

    public static void namespace(String name) {
        file("/proc/self/ns/" + name);
    }

    public static void file(String path) {
        assumeTrue(Files.exists(Path.of(path)), "needs " + path + " from the kernel");
    }

    /** Another runtime that runs a container here. crun does not when a hierarchy of cgroups is in use and not mounted. */
    static void working(Sandbox box, OciRuntime peer) {
        try (Container container = new Container(peer, box.bundle().args("/bin/true"), box.newId())) {
            Result result = container.run();
            assumeTrue(result.exit() == 0, () -> peer.executable() + " runs nothing here: " + result.err().strip());
        }
    }

    /** Skips for a peer what only jrunc promises; with jrunc it never skips. */
    public static void jrunc(Sandbox sandbox, String reason) {
        assumeTrue(sandbox.runtime().kind() == OciRuntime.Kind.JRUNC, "jrunc only: " + reason);
    }
}
