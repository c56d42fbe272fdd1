package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;

/**
 * {@code linux.maskedPaths} and {@code linux.readonlyPaths}. A masked file is covered with {@code /dev/null}, a masked
 * directory with an empty read-only tmpfs, one and the same for all: hosts with many CPUs have hundreds of masked
 * directories. {@code /dev/null} is the container's, and so could be a link that the image or another container put
 * there; it is opened once, looked at, and from then on only cloned from that descriptor (CVE-2025-31133).
 */
final class MaskedPaths {

    private static final int CLONE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;

    private final Kernel kernel;
    private final SafePath paths;
    private final Spent spent;
    private final MountAttributes attributes;
    private int devNull = -1;
    private int emptyDirectory = -1;

    MaskedPaths(Kernel kernel, SafePath paths, Spent spent) {
        this.kernel = kernel;
        this.paths = paths;
        this.spent = spent;
        this.attributes = new MountAttributes(kernel);
    }

    /** Makes paths inaccessible; those that do not exist are none. */
    void mask(List<String> masked) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (String path : masked) {
            if (seen.add(SafePath.clean(path))) {
                try {
                    mask(path);
                } catch (KernelException e) {
                    throw failure("error masking path", path, "/linux/maskedPaths/" + index, e);
                }
            }
            index++;
        }
        if (devNull >= 0) {
            spent.add(devNull);
        }
        if (emptyDirectory >= 0) {
            spent.add(emptyDirectory);
        }
    }

    private void mask(String path) {
        int target = paths.openIfThere(path, 0);
        if (target < 0) {
            return;
        }
        int cover;
        if (!kernel.statx(target, "", AT_EMPTY_PATH).isDirectory()) {
            cover = kernel.openTree(devNull(), "", CLONE);
        } else if (emptyDirectory >= 0) {
            cover = kernel.openTree(emptyDirectory, "", CLONE);
        } else {
            cover = emptyDirectory();
        }
        kernel.moveMount(cover, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        if (cover != emptyDirectory) {
            spent.add(cover);
        }
        spent.add(target);
    }

    private int devNull() {
        if (devNull < 0) {
            int fd = paths.open("/dev/null", O_NOFOLLOW);
            Stat stat = kernel.statx(fd, "", AT_EMPTY_PATH);
            if (!stat.isCharDevice(1, 3)) {
                throw new RuntimeFailure("error masking paths: \"/dev/null\" in the container is " + stat.kind()
                        + " and not the character device 1:3 (/linux/maskedPaths)");
            }
            devNull = fd;
        }
        return devNull;
    }

    /** The tmpfs itself goes on the first directory: before Linux 6.15 only attached mounts can be cloned. */
    private int emptyDirectory() {
        int context = kernel.fsopen("tmpfs");
        kernel.fsconfigString(context, "source", "tmpfs");
        kernel.fsconfigFlag(context, "ro");
        kernel.fsconfigString(context, "nr_blocks", "1");
        // Some kernels (Ubuntu's 5.4) need one inode more than the root directory.
        kernel.fsconfigString(context, "nr_inodes", "2");
        kernel.fsconfigCreate(context);
        emptyDirectory = kernel.fsmount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
                | MOUNT_ATTR_NOEXEC);
        spent.add(context);
        return emptyDirectory;
    }

    /** Makes paths read-only, with what else they are mounted with, not what is mounted below them. */
    void makeReadOnly(List<String> readonly) {
        int index = 0;
        for (String path : readonly) {
            try {
                makeReadOnly(path);
            } catch (KernelException e) {
                throw failure("error making path read-only", path, "/linux/readonlyPaths/" + index, e);
            }
            index++;
        }
    }

    private void makeReadOnly(String path) {
        int target = paths.openIfThere(path, 0);
        if (target < 0) {
            return;
        }
        int tree = kernel.openTree(target, "", CLONE | AT_RECURSIVE);
        boolean done = attributes.readOnly(tree);
        kernel.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        if (!done) {
            attributes.readOnlyOld(tree);
        }
        spent.add(tree);
        spent.add(target);
    }

    private static RuntimeFailure failure(String what, String path, String pointer, KernelException e) {
        return new RuntimeFailure(what + " \"" + path + "\": " + e.call() + ": " + Errno.name(e.errno()) + " ("
                + pointer + ')', e);
    }
}
