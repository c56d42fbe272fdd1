package org.jrunc.cgroup;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IntelRdt;

/**
 * {@code linux.intelRdt} (config-linux.md, IntelRdt): the group of the resctrl file system that the container's
 * processes are in, and its monitoring group (Documentation/filesystems/resctrl.rst of the kernel). A process that exec
 * adds later has to be {@link #add}ed, too. A group without {@code closID} is the container's own; a class of service is
 * shared, and stays when the container goes.
 */
public final class ResctrlGroup {

    /** Where it is mounted by convention. */
    private static final String ROOT = "/sys/fs/resctrl";

    private final String root;
    private final IntelRdt config;
    private final String group;
    private final String monitor;

    /**
     * The group of a container.
     *
     * @param config {@code linux.intelRdt}
     * @param id     the container's id
     * @throws RuntimeFailure if the host can not do what the configuration asks for
     */
    public static ResctrlGroup of(IntelRdt config, String id) {
        return new ResctrlGroup(mounted(), config, id);
    }

    /** A group below a mount of resctrl, which is empty if there is none. */
    ResctrlGroup(String root, IntelRdt config, String id) {
        this.root = root;
        this.config = config;
        String classId = config.closID().orElse("");
        this.group = classId.equals("/") ? root : root + '/' + (classId.isEmpty() ? id : classId);
        this.monitor = group + "/mon_groups/" + id;
        check();
    }

    private static String mounted() {
        for (String line : CgroupFiles.read("/proc/self/mountinfo").split("\n")) {
            if (line.contains(" - resctrl ")) {
                return line.split(" ")[4];
            }
        }
        return "";
    }

    private void check() {
        if (root.isEmpty()) {
            throw new RuntimeFailure("intelRdt is specified in config, but Intel RDT is not enabled: /linux/intelRdt:"
                    + " no resctrl file system is mounted (mount -t resctrl resctrl " + ROOT + " does it, if the CPU has"
                    + " RDT or AMD's equivalent, and the kernel CONFIG_X86_CPU_RESCTRL)");
        }
        requireInfo(config.l3CacheSchema(), "l3CacheSchema", "Intel RDT/CAT", "L3", "L3CODE");
        requireInfo(config.memBwSchema(), "memBwSchema", "Intel RDT/MBA", "MB", "MB");
        if (config.enableMonitoring() && !new File(root, "mon_groups").isDirectory()) {
            throw new RuntimeFailure("intelRdt.enableMonitoring is specified in config, but Intel RDT/monitoring is not"
                    + " enabled: /linux/intelRdt/enableMonitoring: " + root + " has no mon_groups");
        }
        if (config.closID().isPresent() && !config.closID().get().isEmpty() && schemata().isEmpty()
                && !new File(group).isDirectory()) {
            throw new RuntimeFailure("clos dir not accessible (must be pre-created when l3CacheSchema and memBwSchema"
                    + " are empty): /linux/intelRdt/closID: there is no directory " + group);
        }
    }

    private void requireInfo(Optional<String> schema, String field, String what, String name, String otherName) {
        if (!schema.orElse("").isEmpty() && !new File(root, "info/" + name).isDirectory()
                && !new File(root, "info/" + otherName).isDirectory()) {
            throw new RuntimeFailure("intelRdt." + field + " is specified in config, but " + what
                    + " is not enabled: /linux/intelRdt/" + field + ": " + root + "/info has no " + name);
        }
    }

    /** The directory of the group. */
    public String path() {
        return group;
    }

    /** Directories that {@link #create} makes and that go with the container, parents first. */
    public List<String> own() {
        List<String> own = new ArrayList<>();
        if (config.closID().orElse("").isEmpty()) {
            own.add(group);
        }
        if (config.enableMonitoring()) {
            own.add(monitor);
        }
        return own;
    }

    /** A directory that {@link #create} makes, and that stays unless the create fails. */
    public Optional<String> shared() {
        boolean named = !config.closID().orElse("").isEmpty();
        return named && !new File(group).isDirectory() ? Optional.of(group) : Optional.empty();
    }

    /**
     * Makes what is missing of the group, and sets its share of the resources.
     *
     * @throws RuntimeFailure with what the kernel says about it
     */
    public void create() {
        try {
            CgroupFiles.mkdir(group);
            if (config.enableMonitoring()) {
                CgroupFiles.mkdir(monitor);
            }
        } catch (KernelException e) {
            throw failure("make a resctrl group", e);
        }
        write(schemata());
    }

    /**
     * Sets the share of the resources of a group that is there.
     *
     * @return what takes it back
     * @throws RuntimeFailure with what the kernel says about it
     */
    public Runnable update() {
        StringBuilder before = new StringBuilder();
        for (String line : CgroupFiles.read(group + "/schemata").split("\n")) {
            append(before, line.strip());
        }
        write(schemata());
        return () -> write(before.toString());
    }

    private void write(String schemata) {
        if (schemata.isEmpty()) {
            return;
        }
        try {
            CgroupFiles.write(group + "/schemata", schemata);
        } catch (KernelException e) {
            throw failure("set schemata \"" + schemata.strip().replace("\n", "\\n") + '"', e);
        }
    }

    /** What is written: the cache's lines, but those of the bandwidth only if that has none of its own. */
    private String schemata() {
        StringBuilder lines = new StringBuilder();
        String bandwidth = config.memBwSchema().orElse("");
        for (String line : config.l3CacheSchema().orElse("").split("\n")) {
            if (bandwidth.isEmpty() || !line.startsWith("MB:")) {
                append(lines, line);
            }
        }
        append(lines, bandwidth);
        for (String line : config.schemata()) {
            append(lines, line);
        }
        return lines.toString();
    }

    private static void append(StringBuilder lines, String line) {
        if (!line.isEmpty()) {
            lines.append(line).append('\n');
        }
    }

    /**
     * Puts a process into the group. Its later children are born there.
     *
     * @param pid a pid for the runtime
     */
    public void add(int pid) {
        try {
            CgroupFiles.write(group + "/tasks", Integer.toString(pid));
            if (config.enableMonitoring()) {
                CgroupFiles.write(monitor + "/tasks", Integer.toString(pid));
            }
        } catch (KernelException e) {
            throw failure("add process " + pid + " to the resctrl group", e);
        }
    }

    private RuntimeFailure failure(String what, KernelException e) {
        String said = CgroupFiles.value(root + "/info/last_cmd_status");
        return new RuntimeFailure("unable to " + what + ": /linux/intelRdt: " + e.getMessage()
                + (e.is(Errno.ENOSPC) ? " (every class of service that the CPU has is in use)" : "")
                + (said.isEmpty() || said.equals("ok") ? "" : " (last_cmd_status: " + said + ')'), e);
    }

    /** Removes directories; the kernel moves processes that are still there to the group above. */
    public static void remove(List<String> directories) {
        for (String directory : directories.reversed()) {
            // Its files do not count in resctrl.
            new File(directory).delete();
        }
    }

    /** Removes classes of service that a create had made before it failed, and that nobody uses meanwhile. */
    public static void removeUnused(List<String> directories) {
        for (String directory : directories) {
            if (CgroupFiles.value(directory + "/tasks").isEmpty()) {
                new File(directory).delete();
            }
        }
    }
}
