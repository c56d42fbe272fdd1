package org.jrunc.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a test needs of the machine: without it the test is skipped, and says why. */
final class Needs {
    private Needs() {
    }

    static void root() {
        assumeTrue(Shell.sh("id -u").equals("0"), "needs to run as root");
    }

    static void tool(String program) {
        assumeTrue(Shell.has(program), "needs the program " + program);
    }

    static void cgroupV1() {
        assumeTrue(Files.isDirectory(Path.of("/sys/fs/cgroup/pids")), "needs cgroup v1");
    }

    static void cgroupV2() {
        assumeTrue(Cgroups.areUnified(), "needs cgroup v2 alone");
    }

    /** A controller of cgroup v2, or a mounted one of v1. */
    static void controller(String name) {
        boolean there = Cgroups.areUnified()
                ? Shell.attempt("grep -qw " + name + " /sys/fs/cgroup/cgroup.controllers").exit() == 0
                : Files.isDirectory(Path.of("/sys/fs/cgroup/" + name));
        assumeTrue(there, "needs the controller " + name);
    }

    static void namespace(String name) {
        file("/proc/self/ns/" + name);
    }

    static void file(String path) {
        assumeTrue(Files.exists(Path.of(path)), "needs " + path + " from the kernel");
    }

    /** Skips for a peer what only jrunc promises; with jrunc it never skips. */
    static void jrunc(Sandbox sandbox, String reason) {
        assumeTrue(sandbox.runtime().kind() == OciRuntime.Kind.JRUNC, "jrunc only: " + reason);
    }
}
