package org.jrunc.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.rootfs.RootfsPlan;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/**
 * The bundle (bundle.md).
 *
 * @param path   its absolute path, without symbolic links
 * @param rootfs absolute path of the root file system
 */
record Bundle(String path, String rootfs) {

    static Bundle of(Path directory, Spec spec) {
        Path real;
        try {
            real = directory.toRealPath();
        } catch (IOException e) {
            throw new RuntimeFailure("bundle " + directory + " (--bundle): " + Reason.of(e), e);
        }
        String given = spec.root().orElseThrow(() -> new RuntimeFailure("root must be specified (/root)")).path();
        Path rootfs = real.resolve(given).normalize();
        if (!Files.exists(rootfs)) {
            throw new RuntimeFailure("invalid rootfs: " + rootfs + " is missing (/root/path is \"" + given + "\")");
        }
        if (!Files.isDirectory(rootfs)) {
            throw new RuntimeFailure("invalid rootfs: " + rootfs + " is not a directory (/root/path is \"" + given
                    + "\")");
        }
        if (!isReal(rootfs)) {
            throw new RuntimeFailure("invalid rootfs: not an absolute path, or a symlink (/root/path is \"" + given
                    + "\", " + rootfs + " has a symbolic link in it)");
        }
        return new Bundle(real.toString(), rootfs.toString());
    }

    private static boolean isReal(Path path) {
        try {
            return path.toRealPath().equals(path);
        } catch (IOException vanished) {
            return false;
        }
    }

    RootfsPlan rootfsPlan(Spec spec, NamespacePlan namespaces, boolean noPivot) {
        return new RootfsPlan(spec, path, rootfs, !namespaces.isInherited(NamespaceType.USER),
                !namespaces.isInherited(NamespaceType.MOUNT), noPivot);
    }
}
