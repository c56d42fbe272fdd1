package org.jrunc.rootfs;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/**
 * Mount errors in one line. The text of the errno is in it, as runc has it: its users look for
 * {@code error mounting … operation not permitted}.
 */
final class MountFailure {

    private MountFailure() {
    }

    /** A call that failed; {@code detail} says more, or is empty. */
    static RuntimeFailure of(PlannedMount mount, KernelException e, String detail) {
        return new RuntimeFailure(prefix(mount) + e.call() + ": " + Errno.text(e.errno()) + " (" + mount.pointer()
                + ", " + Errno.name(e.errno()) + ')' + (detail.isEmpty() ? "" : "; " + detail), e);
    }

    /** Something that is wrong without a call. */
    static RuntimeFailure of(PlannedMount mount, String what) {
        return new RuntimeFailure(prefix(mount) + what + " (" + mount.pointer() + ')');
    }

    private static String prefix(PlannedMount mount) {
        String source = mount.source().isEmpty() ? mount.type() : mount.source();
        return "error mounting \"" + source + "\" to rootfs at \"" + mount.destination() + "\": ";
    }

    /** A system call that this kernel does not have. */
    static RuntimeFailure tooOld(PlannedMount mount, KernelException e, String what, String version) {
        return new RuntimeFailure(prefix(mount) + what + " needs Linux " + version + " (" + mount.pointer() + ", "
                + e.call() + ": " + Errno.name(e.errno()) + ')', e);
    }
}
