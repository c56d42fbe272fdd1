package org.jrunc.spec;

import java.util.List;

/** The sample {@code config.json} that the command {@code spec} writes: runc's, with our name and version. */
public final class SpecTemplate {
    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    private static final List<String> MASKED = List.of("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware",
            "/proc/scsi");
    private static final List<String> READONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
            "/proc/sysrq-trigger");

    private final JsonWriter json = JsonWriter.indented("\t");
    private final boolean rootless;
    private final int euid;
    private final int egid;
    private final boolean cgroup2;

    private SpecTemplate(boolean rootless, int euid, int egid, boolean cgroup2) {
        this.rootless = rootless;
        this.euid = euid;
        this.egid = egid;
        this.cgroup2 = cgroup2;
    }

    /**
     * The text of the file, indented by tabs, without a newline at the end.
     *
     * @param rootless for a user without privileges: a user namespace instead of a network namespace, no limits, the
     *                 host's {@code /sys} and no mount options that name ids
     * @param euid     host uid that becomes root inside; only looked at for {@code rootless}
     * @param egid     host gid that becomes root's group inside; only looked at for {@code rootless}
     * @param cgroup2  whether the host has cgroup v2, where a cgroup namespace is useful
     */
    public static String config(boolean rootless, int euid, int egid, boolean cgroup2) {
        SpecTemplate template = new SpecTemplate(rootless, euid, egid, cgroup2);
        template.write();
        return template.json.toString();
    }

    private void write() {
        json.beginObject().property("ociVersion", "1.3.0").name("process");
        process();
        json.name("root").beginObject().property("path", "rootfs").property("readonly", true).endObject();
        json.property("hostname", "jrunc").name("mounts").beginArray();
        mounts();
        json.endArray().name("linux");
        linux();
        json.endObject();
    }

    /** No inheritable and ambient capabilities: CVE-2022-29162 made runc drop them. */
    private void process() {
        json.beginObject().property("terminal", true)
                .name("user").beginObject().property("uid", 0).property("gid", 0).endObject()
                .property("args", List.of("sh"))
                .property("env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "TERM=xterm"))
                .property("cwd", "/")
                .name("capabilities").beginObject().property("bounding", CAPABILITIES)
                .property("effective", CAPABILITIES).property("permitted", CAPABILITIES).endObject()
                .name("rlimits").beginArray().beginObject().property("type", "RLIMIT_NOFILE").property("hard", 1024)
                .property("soft", 1024).endObject().endArray()
                .property("noNewPrivileges", true).endObject();
    }

    private void mounts() {
        mount("/proc", "proc", "proc", List.of());
        mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
        mount("/dev/pts", "devpts", "devpts", rootless
                ? List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")
                : List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"));
        mount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k"));
        mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev"));
        if (rootless) {
            // Only the owner of the network namespace may mount sysfs, and here that is the host's.
            mount("/sys", "none", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
        } else {
            mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
        }
        mount("/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro"));
    }

    private void mount(String destination, String type, String source, List<String> options) {
        json.beginObject().property("destination", destination).property("type", type).property("source", source);
        if (!options.isEmpty()) {
            json.property("options", options);
        }
        json.endObject();
    }

    private void linux() {
        json.beginObject();
        if (rootless) {
            mapping("uidMappings", Integer.toUnsignedLong(euid));
            mapping("gidMappings", Integer.toUnsignedLong(egid));
        } else {
            json.name("resources").beginObject().name("devices").beginArray().beginObject().property("allow", false)
                    .property("access", "rwm").endObject().endArray().endObject();
        }
        json.name("namespaces").beginArray();
        namespace(NamespaceType.PID);
        if (!rootless) {
            namespace(NamespaceType.NETWORK);
        }
        namespace(NamespaceType.IPC);
        namespace(NamespaceType.UTS);
        namespace(NamespaceType.MOUNT);
        if (cgroup2) {
            namespace(NamespaceType.CGROUP);
        }
        if (rootless) {
            namespace(NamespaceType.USER);
        }
        json.endArray().property("maskedPaths", MASKED).property("readonlyPaths", READONLY).endObject();
    }

    private void mapping(String property, long hostId) {
        json.name(property).beginArray().beginObject().property("containerID", 0).property("hostID", hostId)
                .property("size", 1).endObject().endArray();
    }

    private void namespace(NamespaceType type) {
        json.beginObject().property("type", type.value()).endObject();
    }
}
