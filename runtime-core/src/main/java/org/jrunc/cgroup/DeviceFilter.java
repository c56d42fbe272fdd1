package org.jrunc.cgroup;

import java.util.List;
import org.jrunc.kernel.Bpf;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.DeviceCgroup;

/**
 * Attaches a device program to a cgroup of v2, in the place of those that are there: programs of one cgroup add up, and
 * what only one of them forbids is forbidden. The program goes with the cgroup.
 */
final class DeviceFilter {

    private static final String NAME = "jrunc_devices";
    /** The kernel's verifier looks at a million instructions at most; this many rules are far from it. */
    private static final int MAX_RULES = 4096;

    private final Kernel kernel;
    private final String directory;

    DeviceFilter(Kernel kernel, String directory) {
        this.kernel = kernel;
        this.directory = directory;
    }

    /**
     * Sets the rules for the cgroup.
     *
     * @throws RuntimeFailure when there are too many; names the field
     * @throws KernelException when the kernel refuses the program; {@link #refused} makes a message of it
     */
    void set(List<DeviceCgroup> rules) {
        DeviceProgram program = DeviceProgram.of(rules);
        if (program.rules() > MAX_RULES) {
            throw LimitWriter.failure("devices", program.rules() + " rules are more than a device program of cgroup v2"
                    + " may have (" + MAX_RULES + "); use wildcards");
        }
        int cgroup = kernel.openat(Kernel.AT_FDCWD, directory, OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        int loaded = -1;
        try {
            Bpf.Attached old = Bpf.query(kernel, cgroup, Bpf.BPF_CGROUP_DEVICE);
            if (old.ids().length == 0 && program.allowsEverything()) {
                return;
            }
            loaded = Bpf.load(kernel, Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, program.compile(), NAME);
            attach(cgroup, loaded, old);
        } finally {
            if (loaded >= 0) {
                kernel.close(loaded);
            }
            kernel.close(cgroup);
        }
    }

    /** In the place of the first one; further ones are detached. */
    private void attach(int cgroup, int program, Bpf.Attached old) {
        int[] ids = old.ids();
        if (ids.length == 0) {
            Bpf.attach(kernel, cgroup, program, Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI, 0);
            return;
        }
        if ((old.flags() & Bpf.BPF_F_ALLOW_MULTI) == 0) {
            // There is only one then, and the kernel replaces it when the flags are the same.
            Bpf.attach(kernel, cgroup, program, Bpf.BPF_CGROUP_DEVICE, old.flags(), 0);
            return;
        }
        boolean placed = false;
        for (int id : ids) {
            placed |= remove(cgroup, id, placed ? -1 : program);
        }
        if (!placed) {
            Bpf.attach(kernel, cgroup, program, Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI, 0);
        }
    }

    /** Removes an old program and puts another in its place, unless that is -1; returns whether it is there now. */
    private boolean remove(int cgroup, int id, int successor) {
        int old;
        try {
            old = Bpf.open(kernel, id);
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
        try {
            if (successor < 0) {
                Bpf.detach(kernel, cgroup, old, Bpf.BPF_CGROUP_DEVICE);
                return false;
            }
            Bpf.attach(kernel, cgroup, successor, Bpf.BPF_CGROUP_DEVICE, Bpf.BPF_F_ALLOW_MULTI | Bpf.BPF_F_REPLACE,
                    old);
            return true;
        } finally {
            kernel.close(old);
        }
    }

    /** The failure of a device program. Device rules are never left out: a container could use the host's disks. */
    static RuntimeFailure refused(String directory, KernelException e) {
        String hint = switch (e.errno()) {
            case Errno.EPERM -> ": the runtime lacks CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, in the first user"
                    + " namespace";
            case Errno.EINVAL, Errno.ENOSYS -> ": does this kernel have CONFIG_CGROUP_BPF?";
            case Errno.E2BIG -> ": too many rules; use wildcards";
            default -> "";
        };
        return LimitWriter.failure("devices", e.call() + " of the device program for " + directory + ": "
                + Errno.name(e.errno()) + hint);
    }
}
