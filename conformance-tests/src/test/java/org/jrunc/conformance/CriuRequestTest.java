package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What {@code checkpoint} and {@code restore} ask criu for, written down by a program in criu's place that refuses it.
 * So this is tested where criu itself does not work, too; {@link CheckpointTest} has what comes of it.
 */
@ExtendWith(NothingLeftExtension.class)
class CriuRequestTest {

    private static final int DUMP = 1;
    private static final int RESTORE = 2;
    private static final int SINGLE_PRE_DUMP = 13;
    private static final String NETWORK = "1073741824";

    private static final String[] SHARED = {"--tcp-established", "--ext-unix-sk", "--shell-job", "--file-locks",
        "--auto-dedup", "--lazy-pages", "--empty-ns", "network"};

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static Container idle(Sandbox box, OciRuntime runtime) {
        Bundle bundle = box.bundle().idle();
        bundle.file("images/descriptors.json", "[\"/dev/null\",\"pipe:[11]\",\"pipe:[12]\"]");
        return new Container(runtime, bundle, box.newId());
    }

    /** The request that a command makes; it fails with what the program in criu's place says. */
    private static CriuRequest request(Sandbox box, Container container, String command, String... flags) {
        Path file = container.bundle().dir().resolve("request");
        Path programs = box.dir().resolve("programs");
        List<String> words = new ArrayList<>(List.of(command, "--image-path",
                container.bundle().dir().resolve("images").toString()));
        words.addAll(List.of(flags));
        words.add(container.id());
        try {
            if (!Files.exists(programs)) {
                Files.createDirectory(programs);
                Files.createSymbolicLink(programs.resolve("criu"), CHelper.build("criurecorder"));
            }
            Files.deleteIfExists(file);
            Result result = container.runtime().command(words.toArray(String[]::new))
                    .env("PATH", programs + ":" + System.getenv("PATH")).env(CriuRequest.FILE, file.toString()).run();
            assertEquals(1, result.exit(), result.toString());
            assertTrue(Files.exists(file), result.toString());
            if (container.runtime().kind() == OciRuntime.Kind.JRUNC) {
                result.failsWith("criu failed: type ", "errno 0: recorded");
            }
            return CriuRequest.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CriuRequest checkpoint(Sandbox box, Container container, String... flags) {
        return request(box, container, "checkpoint", flags);
    }

    private static CriuRequest restore(Sandbox box, Container container, String... flags) {
        String[] all = java.util.Arrays.copyOf(flags, flags.length + 3);
        all[flags.length] = "--detach";
        all[flags.length + 1] = "--bundle";
        all[flags.length + 2] = container.bundle().dir().toString();
        container.bundle().save();
        return request(box, container, "restore", all);
    }

    private static void assertHas(CriuRequest request, String... lines) {
        for (String line : lines) {
            assertTrue(request.lines().contains(line), () -> line + " is not in " + request);
        }
    }

    private static void assertHasNo(CriuRequest request, String... names) {
        for (String name : names) {
            assertTrue(request.lines().stream().noneMatch(l -> l.equals(name) || l.startsWith(name + " ")),
                    () -> name + " is in " + request);
        }
    }

    @Test
    void withoutFlagsACheckpointHasNoOptionsButTheContainers(Sandbox box) {
        Needs.jrunc(box, "runc asks for more");
        try (Container container = idle(box, box.runtime())) {
            container.started();
            CriuRequest request = checkpoint(box, container);
            assertEquals(DUMP, request.type());
            assertHas(request, "images_dir_fd", "pid", "log_level 4", "log_file dump.log", "notify_scripts 1",
                    "root " + container.bundle().rootfs(), "manage_cgroups 1", "orphan_pts_master 1",
                    "empty_ns " + NETWORK, "ext_mnt /proc/keys /dev/null");
            assertHasNo(request, "work_dir_fd", "leave_running", "tcp_established", "ext_unix_sk", "shell_job",
                    "file_locks", "auto_dedup", "lazy_pages", "ps", "parent_img", "track_mem", "manage_cgroups_mode",
                    "link_remap", "tcp_skip_in_flight", "status_fd", "external", "ext_mnt /proc/scsi /dev/null");
            assertEquals("running", container.status());
            String freezer = container.init().file("cgroup").lines()
                    .filter(l -> Cgroups.areUnified() || l.contains(":freezer:")).findFirst().orElseThrow();
            String directory = freezer.substring(freezer.lastIndexOf(':') + 1);
            assertTrue(request.lines().stream().anyMatch(l -> l.startsWith("freeze_cgroup /sys/fs/cgroup/")
                    && l.endsWith(directory)), request::toString);
        }
    }

    @Test
    void eachFlagOfACheckpointIsAnOption(Sandbox box) {
        try (Container container = idle(box, box.runtime())) {
            container.started();
            String work = container.bundle().dir().resolve("work").toString();
            CriuRequest request = checkpoint(box, container, with("--work-path", work, "--leave-running",
                    "--page-server", "127.0.0.1:99"));
            assertHas(request, "work_dir_fd", "leave_running 1", "tcp_established 1", "ext_unix_sk 1", "shell_job 1",
                    "file_locks 1", "auto_dedup 1", "lazy_pages 1", "ps 127.0.0.1 99", "empty_ns " + NETWORK);
            assertTrue(Files.isDirectory(Path.of(work)));
            assertHas(checkpoint(box, container, "--manage-cgroups-mode", "soft"), "manage_cgroups_mode 3");
            assertHas(checkpoint(box, container, "--manage-cgroups-mode", "full"), "manage_cgroups_mode 4");
            assertHas(checkpoint(box, container, "--manage-cgroups-mode", "strict"), "manage_cgroups_mode 5");
        }
    }

    @Test
    void soAreTheNewerFlags(Sandbox box) {
        Needs.jrunc(box, "runc has them since 1.2");
        try (Container container = idle(box, box.runtime())) {
            container.started();
            assertHas(checkpoint(box, container, "--manage-cgroups-mode", "ignore", "--link-remap",
                    "--tcp-skip-in-flight", "--page-server", "[::1]:99"), "manage_cgroups_mode 0", "link_remap 1",
                    "tcp_skip_in_flight 1", "ps ::1 99");
        }
    }

    @Test
    void aPreDumpIsOfTheMemoryOnly(Sandbox box) {
        Needs.jrunc(box, "runc asks for the loop of dumps, and ends it");
        try (Container container = idle(box, box.runtime())) {
            container.started();
            container.bundle().file("parent/file", "");
            CriuRequest request = checkpoint(box, container, "--pre-dump", "--parent-path", "../parent");
            assertEquals(SINGLE_PRE_DUMP, request.type());
            assertHas(request, "parent_img ../parent", "track_mem 1");
            assertHasNo(request, "ext_mnt");
        }
    }

    @Test
    void eachFlagOfARestoreIsAnOption(Sandbox box) {
        Container container = idle(box, box.runtime());
        CriuRequest request = restore(box, container, with("--work-path", container.bundle().dir().toString(),
                "--lsm-profile", "apparmor:name", "--lsm-mount-context", "context"));
        assertEquals(RESTORE, request.type());
        assertHas(request, "images_dir_fd", "work_dir_fd", "log_file restore.log", "rst_sibling 1",
                "evasive_devices 1", "notify_scripts 1", "orphan_pts_master 1", "tcp_established 1", "ext_unix_sk 1",
                "shell_job 1", "file_locks 1", "auto_dedup 1", "lazy_pages 1", "empty_ns " + NETWORK,
                "lsm_profile apparmor:name", "lsm_mount_context context", "inherit_fd pipe:[11] 1",
                "inherit_fd pipe:[12] 2");
        assertHasNo(request, "inherit_fd /dev/null");
        container.state().failsWith("does not exist");
    }

    @Test
    void theModeOfCgroupsIsOneOfARestoreToo(Sandbox box) {
        Needs.jrunc(box, "runc 1.1 does not pass it on");
        Container container = idle(box, box.runtime());
        assertHas(restore(box, container, "--manage-cgroups-mode", "ignore"), "manage_cgroups_mode 0");
        assertHas(restore(box, container, "--manage-cgroups-mode", "strict"), "manage_cgroups_mode 5");
        assertHasNo(restore(box, container), "manage_cgroups_mode", "lazy_pages", "lsm_profile", "work_dir_fd");
    }

    @Test
    void aConfigurationFileOfCriusIsThatOfTheAnnotation(Sandbox box) {
        Container container = idle(box, box.runtime());
        container.bundle().set("/annotations", java.util.Map.of("org.criu.config", "/etc/criu/some.conf"));
        assertHas(restore(box, container), "config_file /etc/criu/some.conf");
        container.bundle().set("/annotations", java.util.Map.of("org.criu.config", ""));
        assertHasNo(restore(box, container), "config_file");
    }

    @Test
    void aNetworkNamespaceThatWasJoinedIsTheHosts(Sandbox box) {
        try (Container container = idle(box, box.runtime())) {
            container.bundle().namespace("network", "/proc/self/ns/net");
            container.started();
            String inode = Shell.sh("stat -Lc %i /proc/" + container.init().pid() + "/ns/net");
            assertHas(checkpoint(box, container), "external net[" + inode + "]:extRootNetNS");
            container.delete("--force").ok();
            assertTrue(restore(box, container).lines().stream()
                    .anyMatch(l -> l.startsWith("inherit_fd extRootNetNS ")));
        }
    }

    /** With every flag that both have. What differs is listed, each with its reason. */
    @Test
    void aCheckpointAsksForWhatRuncAsksFor(Sandbox box) {
        assertEquals(checkpointOf(box, runc(box)), checkpointOf(box, box.runtime()));
    }

    private static TreeSet<String> checkpointOf(Sandbox box, OciRuntime runtime) {
        try (Container container = idle(box, runtime)) {
            container.started();
            TreeSet<String> lines = lines(container, checkpoint(box, container, with("--work-path",
                    container.bundle().dir().toString(), "--leave-running", "--page-server", "127.0.0.1:99",
                    "--manage-cgroups-mode", "full")));
            // In case that the container has it; names that lead nowhere do no harm.
            lines.remove("ext_mnt /run/notify/notify.sock /run/notify/notify.sock");
            return lines;
        }
    }

    @Test
    void aRestoreAsksForWhatRuncAsksFor(Sandbox box) {
        assertEquals(restoreOf(box, runc(box)), restoreOf(box, box.runtime()));
    }

    private static TreeSet<String> restoreOf(Sandbox box, OciRuntime runtime) {
        Container container = idle(box, runtime);
        TreeSet<String> lines = lines(container, restore(box, container, with("--work-path",
                container.bundle().dir().toString(), "--lsm-profile", "apparmor:name")));
        // Runc binds the root to a directory of its state for that time, on the host.
        assertTrue(lines.removeIf(l -> l.startsWith("root ")));
        // On v1 runc shows the container the host's cgroups instead of its own.
        lines.removeIf(l -> l.startsWith("ext_mnt /sys/fs/cgroup/"));
        // jrunc puts the processes into the container's cgroup on v2, too; of v1's the name is empty with runc.
        lines.removeIf(l -> l.startsWith("cg_root  /") || l.startsWith("cg_root /"));
        // What masks files; with jrunc it is the same as the device.
        lines.remove("ext_mnt /dev/null /dev/null");
        return lines;
    }

    private static TreeSet<String> lines(Container container, CriuRequest request) {
        TreeSet<String> lines = new TreeSet<>();
        for (String line : request.lines()) {
            lines.add(line.replace(container.bundle().dir().toString(), "BUNDLE").replace(container.id(), "ID"));
        }
        // Runc names it whether it is there or not.
        lines.remove("config_file /etc/criu/runc.conf");
        assertFalse(lines.isEmpty());
        return lines;
    }

    private static OciRuntime runc(Sandbox box) {
        Needs.jrunc(box, "compares it with runc");
        Needs.tool("runc");
        String version = Shell.sh("runc --version");
        assumeTrue(version.contains("runc version 1.1."), "needs runc 1.1, there is " + version.lines().findFirst());
        return box.runtime(Path.of(Shell.sh("command -v runc")));
    }

    private static String[] with(String... flags) {
        List<String> all = new ArrayList<>(List.of(SHARED));
        all.addAll(List.of(flags));
        return all.toArray(String[]::new);
    }
}
