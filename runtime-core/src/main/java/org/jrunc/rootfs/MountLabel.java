package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Spec;

/**
 * {@code linux.mountLabel}: the SELinux label of what is in the container's mounts, an option of the file systems.
 * Bind mounts keep the labels that their files have.
 */
final class MountLabel {

    /** crun's annotation: which of the four options of mount(8), Context mounts, takes the label. */
    static final String CONTEXT_TYPE = "run.oci.mount_context_type";

    private final String option;
    private final String label;

    private MountLabel(String option, String label) {
        this.option = option;
        this.label = label;
    }

    /** The label of a configuration, which may be none. */
    static MountLabel of(Spec spec) {
        String label = spec.linux().isPresent() ? spec.linux().get().mountLabel().orElse("") : "";
        String option = spec.annotations().getOrDefault(CONTEXT_TYPE, "context");
        if (!List.of("context", "fscontext", "defcontext", "rootcontext").contains(option)) {
            throw new RuntimeFailure("invalid context type \"" + option + "\": /annotations/" + CONTEXT_TYPE
                    + " is one of context, fscontext, defcontext, rootcontext");
        }
        return new MountLabel(option, label);
    }

    /** Whether there is none. */
    boolean isEmpty() {
        return label.isEmpty();
    }

    /**
     * Options of a file system with the label added. The kernel gives the files of some file systems labels of its own:
     * SELinux has none for all of proc and sysfs, an mqueue file system is there before it is mounted, and so are the
     * cgroup hierarchies.
     */
    List<String> added(String type, List<String> data) {
        if (label.isEmpty() || isLabelledByKernel(type) || isThere(data)) {
            return data;
        }
        List<String> all = new ArrayList<>(data);
        // Quoted for mount(2): a label may have commas.
        all.add(option + "=\"" + label + '"');
        return all;
    }

    private static boolean isLabelledByKernel(String type) {
        switch (type) {
            case "proc", "sysfs", "mqueue", "cgroup", "cgroup2":
                return true;
            default:
                return false;
        }
    }

    /** The options of the mount itself win. */
    private boolean isThere(List<String> data) {
        for (String word : data) {
            if (word.startsWith(option + '=')) {
                return true;
            }
        }
        return false;
    }

    /** Adds the label to a file system that is being configured, fsconfig(2). */
    void configure(Kernel kernel, int context) {
        if (!label.isEmpty()) {
            kernel.fsconfigString(context, option, label);
        }
    }

    /** Labels the root directory of a mount, for a file system that takes the label only that way: mqueue. */
    void set(Kernel kernel, int mount) {
        if (label.isEmpty()) {
            return;
        }
        int directory = kernel.openat2(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_BENEATH);
        try {
            kernel.fsetxattr(directory, "security.selinux", label.getBytes(StandardCharsets.UTF_8));
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to label the mqueue mount: /linux/mountLabel is \"" + label + "\": "
                    + e.getMessage(), e);
        } finally {
            kernel.close(directory);
        }
    }
}
