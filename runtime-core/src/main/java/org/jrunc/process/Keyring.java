package org.jrunc.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Keyctl;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * A session keyring of the container's own (session-keyring(7)): else it would have that of the runtime's caller. An
 * exec joins it by its name.
 */
public final class Keyring {

    /** More than the kernel says of a keyring with the longest id of a container. */
    private static final int DESCRIPTION = 4096;

    private final String name;
    private final int search;
    private final RuntimeLog log;

    /**
     * The keyring of a container.
     *
     * @param userNamespace whether the container has a user namespace: then its users are not the owner of the keyring
     */
    public Keyring(String containerId, boolean userNamespace, RuntimeLog log) {
        this.name = "_ses." + containerId;
        this.search = userNamespace ? Keyctl.KEY_OTH_SEARCH : Keyctl.KEY_USR_SEARCH;
        this.log = log;
    }

    /** Makes or joins it. A kernel without keyrings is no error. */
    public void join(Kernel kernel) {
        join(kernel, kernel.sequence());
    }

    /**
     * The same in one round trip with calls that come before it.
     *
     * @param calls a sequence of the kernel's; it is made here
     * @throws KernelException when a call fails that was in the sequence
     */
    void join(Kernel kernel, CallSequence calls) {
        int joined = calls.anyway().joinSessionKeyring(name);
        Block description = Block.out(DESCRIPTION);
        int length = calls.anyway().describeKey(joined, description);
        calls.run();
        try {
            int key = calls.result(joined);
            if (key >= 0 && calls.result(length) > 0 && calls.result(length) <= DESCRIPTION) {
                kernel.setKeyPermissions(key, permissions(description.text(calls.result(length))) | search);
                return;
            }
            if (key == -Errno.ENOSYS) {
                return;
            }
            if (key < 0) {
                key = joinAnyhow(kernel, new KernelException("keyctl", "1, \"" + name + '"', -key));
            }
            kernel.setKeyPermissions(key, permissions(kernel.describeKey(key)) | search);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to mod keyring permissions: " + e.getMessage(), e);
        }
    }

    private int joinAnyhow(Kernel kernel, KernelException e) {
        if (e.is(Errno.EDQUOT)) {
            return anonymous(kernel, e);
        }
        throw new RuntimeFailure("unable to join session keyring: " + e.getMessage()
                + " (--no-new-keyring does without)", e);
    }

    /** A name takes a few bytes of the quota; without one there may be room still. */
    private int anonymous(Kernel kernel, KernelException full) {
        try {
            int key = kernel.joinSessionKeyring("");
            log.warn("the quota for keys is nearly used up" + usage(kernel) + ": the container gets a session keyring"
                    + " without a name");
            return key;
        } catch (KernelException again) {
            throw new RuntimeFailure("unable to join session keyring: " + full.getMessage() + " (the user's quota for"
                    + " keys is used up" + usage(kernel) + ": raise sysctl kernel.keys.maxkeys and"
                    + " kernel.keys.maxbytes, for root kernel.keys.root_maxkeys and kernel.keys.root_maxbytes, or use"
                    + " --no-new-keyring)", full);
        }
    }

    /** Keys in use and the quota, of the user who runs out of them, where that is not one of a user namespace. */
    private String usage(Kernel kernel) {
        if (search == Keyctl.KEY_OTH_SEARCH) {
            return "";
        }
        try {
            String wanted = Integer.toUnsignedString(kernel.geteuid()) + ":";
            for (String line : Files.readAllLines(Path.of("/proc/key-users"))) {
                if (line.strip().startsWith(wanted)) {
                    return ", /proc/key-users has \"" + line.strip() + '"';
                }
            }
        } catch (IOException absent) {
            // The kernel may lack the file; the message is of use without it.
        }
        return "";
    }

    /** The fourth field of {@code keyring;0;0;3f130000;_ses.x}. */
    static int permissions(String description) {
        int start = 0;
        for (int i = 0; i < 3; i++) {
            start = description.indexOf(';', start) + 1;
        }
        return Integer.parseUnsignedInt(description.substring(start, description.indexOf(';', start)), 16);
    }
}
