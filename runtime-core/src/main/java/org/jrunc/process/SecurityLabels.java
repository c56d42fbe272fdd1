package org.jrunc.process;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.PrivateProc;
import org.jrunc.kernel.StatFs;
import org.jrunc.report.RuntimeFailure;

/**
 * {@code process.apparmorProfile} and {@code process.selinuxLabel}: what the next execve(2) of a process changes to. The
 * process says so itself, in files of {@code /proc/thread-self/attr}, which are reached by a {@link PrivateProc}: were
 * the container to put another file in their place, its program would run unconfined (CVE-2019-16884, CVE-2025-52881).
 * For the process of a container and for one that exec adds, which has its own.
 */
public final class SecurityLabels {

    private static final String ATTRIBUTES = "thread-self/attr/";
    /** {@code ST_RDONLY}, statfs(2). */
    private static final long ST_RDONLY = 1;

    private final String profile;
    private final String label;

    /**
     * Checks that the kernel has what is asked for.
     *
     * @param brain           the runtime, which sees the host's {@code /sys}
     * @param apparmorProfile name of a loaded profile; empty or absent for none
     * @param selinuxLabel    label of the process; empty or absent for none
     * @throws RuntimeFailure if the kernel has no AppArmor, or no SELinux
     */
    public SecurityLabels(Kernel brain, Optional<String> apparmorProfile, Optional<String> selinuxLabel) {
        this.profile = apparmorProfile.orElse("");
        this.label = selinuxLabel.orElse("");
        if (!profile.isEmpty() && !hasAppArmor(brain)) {
            throw new RuntimeFailure("unable to apply apparmor profile: apparmor: config provided but apparmor not"
                    + " supported: /process/apparmorProfile is " + GoText.quote(profile) + ", and AppArmor is not"
                    + " enabled in this kernel (/sys/module/apparmor/parameters/enabled is not Y)");
        }
        requireSelinux(brain, "/process/selinuxLabel", label);
    }

    /**
     * Checks that the kernel has SELinux, if a label is not empty.
     *
     * @param pointer where the configuration has the label
     * @throws RuntimeFailure if it has not
     */
    static void requireSelinux(Kernel brain, String pointer, String label) {
        if (!label.isEmpty() && !hasSelinux(brain)) {
            throw new RuntimeFailure("selinux label is specified in config, but selinux is disabled or not supported: "
                    + pointer + " is " + GoText.quote(label) + ", and no writable selinuxfs is on /sys/fs/selinux");
        }
    }

    private static boolean hasAppArmor(Kernel brain) {
        try {
            int fd = brain.openat(Kernel.AT_FDCWD, "/sys/module/apparmor/parameters/enabled",
                    OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
            try {
                byte[] enabled = brain.read(fd, 16);
                return enabled.length > 0 && enabled[0] == 'Y';
            } finally {
                brain.close(fd);
            }
        } catch (KernelException absent) {
            return false;
        }
    }

    /** As libselinux's is_selinux_enabled(3): a read-only one is shown to containers that are not to use it. */
    private static boolean hasSelinux(Kernel brain) {
        try {
            int fd = brain.openat(Kernel.AT_FDCWD, "/sys/fs/selinux", OpenFlags.O_PATH | OpenFlags.O_CLOEXEC, 0);
            try {
                StatFs found = brain.fstatfs(fd);
                return found.type() == StatFs.SELINUX_MAGIC && (found.flags() & ST_RDONLY) == 0;
            } finally {
                brain.close(fd);
            }
        } catch (KernelException absent) {
            return false;
        }
    }

    /** Whether {@link #labelKeys} does anything. */
    boolean labelsKeys() {
        return !label.isEmpty();
    }

    /** From now on keys get the label of the process that is to be (keyrings(7)). */
    void labelKeys(Kernel kernel) {
        keyLabel(kernel, label);
    }

    /** From now on keys get the label that the process has. */
    void endLabellingKeys(Kernel kernel) {
        keyLabel(kernel, "");
    }

    private void keyLabel(Kernel kernel, String keys) {
        if (!label.isEmpty()) {
            try (PrivateProc proc = PrivateProc.open(kernel)) {
                write(proc, "keycreate", keys);
            }
        }
    }

    /**
     * Sets what the next execve(2) changes to. The process must be able to mount a procfs, or have one on
     * {@code /proc}: to be called before it has given up its privileges.
     *
     * @param kernel the process itself: the kernel lets nobody else do it
     * @throws RuntimeFailure if there is no such profile or label, or no right to change to it
     */
    public void setForExec(Kernel kernel) {
        if (profile.isEmpty() && label.isEmpty()) {
            return;
        }
        try (PrivateProc proc = PrivateProc.open(kernel)) {
            if (!profile.isEmpty()) {
                setProfile(proc);
            }
            if (!label.isEmpty()) {
                write(proc, "exec", label);
            }
        }
    }

    private void setProfile(PrivateProc proc) {
        byte[] value = ("exec " + profile).getBytes(StandardCharsets.UTF_8);
        // Since Linux 5.1; before, and for whatever module is asked there first, attr/exec.
        String file = ATTRIBUTES + "apparmor/exec";
        try {
            int fd;
            try {
                fd = proc.open(file, OpenFlags.O_WRONLY);
            } catch (KernelException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                file = ATTRIBUTES + "exec";
                fd = proc.open(file, OpenFlags.O_WRONLY);
            }
            proc.writeAndClose(fd, value);
        } catch (KernelException e) {
            // In this form podman recognizes it, by the backticks.
            throw new RuntimeFailure("unable to apply apparmor profile: apparmor failed to apply profile: write to file"
                    + " `/proc/" + file + "`: " + Errno.name(e.errno()) + ": /process/apparmorProfile is "
                    + GoText.quote(profile) + (e.is(Errno.ENOENT) ? ", and no profile of this name is loaded: load it"
                    + " with apparmor_parser(8)" : ""), e);
        }
    }

    private void write(PrivateProc proc, String attribute, String value) {
        try {
            proc.write(ATTRIBUTES + attribute, value.getBytes(StandardCharsets.UTF_8));
        } catch (KernelException e) {
            throw new RuntimeFailure("can't set process label: write to file `/proc/" + ATTRIBUTES + attribute + "`: "
                    + Errno.name(e.errno()) + ": /process/selinuxLabel is " + GoText.quote(label) + hint(e), e);
        }
    }

    private static String hint(KernelException e) {
        if (e.is(Errno.EINVAL)) {
            return ", which the loaded policy does not know";
        }
        return e.is(Errno.EACCES) ? ", and the policy does not allow the runtime to set it" : "";
    }
}
