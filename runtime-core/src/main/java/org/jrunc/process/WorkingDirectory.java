package org.jrunc.process;

import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/** {@code process.cwd}: made if it is missing, entered, and checked to be inside of the container. */
public final class WorkingDirectory {

    static final int PATH_MAX = 4096;

    private static final String BREAKOUT = " -- possible container breakout detected";

    private final String path;
    private boolean entered;

    /** The working directory of a configuration. */
    public WorkingDirectory(String path) {
        if (path.isEmpty()) {
            throw new RuntimeFailure("Cwd property must not be empty: /process/cwd");
        }
        if (!path.startsWith("/")) {
            throw new RuntimeFailure("Cwd must be an absolute path: /process/cwd was " + GoText.quote(path));
        }
        if (path.indexOf(0) >= 0) {
            throw new RuntimeFailure("Cwd must not contain a NUL character: /process/cwd was " + GoText.quote(path));
        }
        this.path = path;
    }

    /**
     * Makes it with all its parents, mode 0755, if it is not there.
     *
     * @param kernel a process with the container's root, and as its root user
     */
    public void make(Kernel kernel) {
        if (isThere(kernel)) {
            return;
        }
        try (ContainerRoot root = new ContainerRoot(kernel)) {
            int flags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
            try {
                kernel.close(root.open(path, flags));
                return;
            } catch (KernelException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
            int parent = root.open("/", flags);
            try {
                for (int end = next(0); end > 0; end = next(end)) {
                    parent = descend(kernel, root, parent, path.substring(0, end));
                }
            } finally {
                kernel.close(parent);
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("mkdir " + path + ": /process/cwd: " + e.getMessage(), e);
        }
    }

    private boolean isThere(Kernel kernel) {
        CallSequence calls = kernel.independent();
        int root = ContainerRoot.open(calls);
        int found = ContainerRoot.open(calls, root, path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        calls.close(found);
        calls.close(root);
        calls.run();
        return calls.result(found) >= 0;
    }

    /** The end of the path's next component, 0 after the last. */
    private int next(int from) {
        int start = from;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        if (start == path.length()) {
            return 0;
        }
        int end = path.indexOf('/', start);
        return end < 0 ? path.length() : end;
    }

    private static int descend(Kernel kernel, ContainerRoot root, int parent, String prefix) {
        int flags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
        int child;
        try {
            child = root.open(prefix, flags);
        } catch (KernelException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // By name in the directory that is already open: a symbolic link in its place is an error.
            kernel.mkdirat(parent, prefix.substring(prefix.lastIndexOf('/') + 1), 0755);
            child = root.open(prefix, flags);
        }
        kernel.close(parent);
        return child;
    }

    /**
     * Enters it with the runtime's rights: the container's user may not be allowed to. If it is these that do not
     * suffice (a directory of another user, as seen rootless), {@link #enterAsUser} tries again.
     */
    public void enterAsRoot(Kernel kernel) {
        CallSequence calls = kernel.independent();
        int answer = enterAsRoot(calls);
        calls.run();
        enteredAsRoot(calls.result(answer));
    }

    /** Adds that to a sequence of calls; what its result is, {@link #enteredAsRoot} has to be told. */
    int enterAsRoot(CallSequence calls) {
        return (int) calls.anyway().call(Syscall.CHDIR, Arg.text(path));
    }

    /** Looks at the result. */
    void enteredAsRoot(int result) {
        entered = result >= 0;
        if (!entered && result != -Errno.EACCES && result != -Errno.EPERM) {
            throw failure(new KernelException("chdir", '"' + path + '"', -result));
        }
    }

    /** Enters it as the container's user, unless that is done. */
    public void enterAsUser(Kernel kernel) {
        if (entered) {
            return;
        }
        try {
            kernel.chdir(path);
        } catch (KernelException e) {
            throw failure(e);
        }
    }

    /** In the kernel's words: by "no such file or directory" podman tells that it is the user's mistake (exit 127). */
    private RuntimeFailure failure(KernelException e) {
        return new RuntimeFailure("chdir to cwd (" + GoText.quote(path) + ") set in config.json failed: "
                + Errno.text(e.errno()) + " (/process/cwd: chdir: " + Errno.name(e.errno()) + ")", e);
    }

    /**
     * Makes sure that the directory entered is inside of the container: a path like {@code /proc/self/fd/7} may have
     * led out of it through a leaked descriptor (CVE-2024-21626).
     */
    public static void verify(Kernel kernel) {
        CallSequence calls = kernel.independent();
        Block current = Block.out(PATH_MAX);
        int length = ask(calls, current);
        calls.run();
        verify(calls.result(length), current);
    }

    /** Adds the question to a sequence of calls; its result and the path are for {@link #verify(int, Block)}. */
    static int ask(CallSequence calls, Block into) {
        return (int) calls.anyway().call(Syscall.GETCWD, into, Arg.of(into.bytes().length));
    }

    /** Looks at the answer. */
    static void verify(int length, Block path) {
        if (length < 0) {
            KernelException e = new KernelException("getcwd", "", -length);
            if (e.is(Errno.ENOENT)) {
                throw new RuntimeFailure("current working directory is outside of container mount namespace root"
                        + BREAKOUT + " (/process/cwd)", e);
            }
            throw new RuntimeFailure("failed to verify if current working directory is safe: " + e.getMessage(), e);
        }
        String current = path.text(length);
        if (current.startsWith("(unreachable)")) {
            throw new RuntimeFailure("current working directory is outside of container mount namespace root"
                    + BREAKOUT + " (/process/cwd)");
        }
        if (!current.startsWith("/")) {
            throw new RuntimeFailure("current working directory is not absolute" + BREAKOUT + ": cwd is "
                    + GoText.quote(current) + " (/process/cwd)");
        }
    }
}
