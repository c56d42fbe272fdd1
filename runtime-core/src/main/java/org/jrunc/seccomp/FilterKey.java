package org.jrunc.seccomp;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;

/**
 * Everything that a compiled filter and its flags depend on, as bytes: the profile as it was written, the kernel, the
 * library, this program. Two equal keys mean equal filters; that a profile was written in another way means that it is
 * compiled again. So nobody has to read 400 names to find a filter.
 */
final class FilterKey {

    private static final String[] DIRECTORIES = Abi.current() == Abi.X86_64
            ? new String[] {"/usr/lib/x86_64-linux-gnu/", "/usr/lib64/", "/usr/lib/", "/lib/x86_64-linux-gnu/",
                "/lib64/"}
            : new String[] {"/usr/lib/aarch64-linux-gnu/", "/usr/lib64/", "/usr/lib/", "/lib/aarch64-linux-gnu/",
                "/lib64/"};
    /** All code of this program, in its runtime image. */
    private static final String PROGRAM = "/lib/modules";

    private FilterKey() {
    }

    /**
     * The key of a profile on this host.
     *
     * @param profile text of the property {@code linux.seccomp}
     */
    static byte[] of(Kernel kernel, byte[] profile) {
        StringBuilder host = new StringBuilder(256);
        host.append(System.getProperty("os.version")).append('\n').append(System.getProperty("os.arch")).append('\n');
        addFile(kernel, System.getProperty("java.home") + PROGRAM, host);
        // A newer library knows more system calls.
        for (String directory : DIRECTORIES) {
            if (addFile(kernel, directory + LibSeccomp.SONAME, host)) {
                break;
            }
        }
        byte[] start = host.append('\0').toString().getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[start.length + profile.length];
        System.arraycopy(start, 0, key, 0, start.length);
        System.arraycopy(profile, 0, key, start.length, profile.length);
        return key;
    }

    /** Which file it is, and which of those that have been there; false if there is none. */
    private static boolean addFile(Kernel kernel, String path, StringBuilder key) {
        try {
            Stat stat = kernel.statx(Kernel.AT_FDCWD, path, 0);
            key.append(path).append(' ').append(stat.dev()).append(' ').append(stat.inode()).append(' ')
                    .append(stat.size()).append(' ').append(stat.changed()).append('\n');
            return true;
        } catch (KernelException absent) {
            return false;
        }
    }
}
