package org.jrunc.rootfs;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.PrivateProc;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/** {@code linux.sysctl}: kernel parameters of the container's namespaces, never those of the host. */
final class Sysctls {

    private Sysctls() {
    }

    /** Refuses parameters that are not of a namespace the container has. */
    static void check(Spec spec) {
        if (spec.linux().isEmpty()) {
            return;
        }
        for (String key : spec.linux().get().sysctl().keySet()) {
            check(key, dotted(key), spec);
        }
    }

    private static void check(String key, String name, Spec spec) {
        if (isIpc(name)) {
            require(spec, NamespaceType.IPC, key, "is not allowed in the hosts ipc namespace");
        } else if (name.startsWith("net.")) {
            require(spec, NamespaceType.NETWORK, key, "not allowed in host network namespace");
        } else if (name.startsWith("user.")) {
            require(spec, NamespaceType.USER, key, "is not allowed in the hosts user namespace");
        } else if (name.equals("kernel.hostname") && has(spec, NamespaceType.UTS)) {
            throw failure(key, "is not allowed as it conflicts with the OCI \"hostname\" field");
        } else if (!name.equals("kernel.domainname") || !has(spec, NamespaceType.UTS)) {
            throw failure(key, "is not in a separate kernel namespace");
        }
    }

    private static boolean isIpc(String name) {
        switch (name) {
            case "kernel.msgmax":
            case "kernel.msgmnb":
            case "kernel.msgmni":
            case "kernel.sem":
            case "kernel.shmall":
            case "kernel.shmmax":
            case "kernel.shmmni":
            case "kernel.shm_rmid_forced":
                return true;
            default:
                return name.startsWith("fs.mqueue.");
        }
    }

    private static void require(Spec spec, NamespaceType type, String key, String otherwise) {
        if (!has(spec, type)) {
            throw failure(key, otherwise);
        }
    }

    private static boolean has(Spec spec, NamespaceType type) {
        return spec.linux().get().namespace(type).isPresent();
    }

    private static RuntimeFailure failure(String key, String what) {
        return new RuntimeFailure("sysctl \"" + key + "\" " + what + " (" + pointer(key) + ')');
    }

    private static String pointer(String key) {
        return "/linux/sysctl/" + key.replace("~", "~0").replace("/", "~1");
    }

    /**
     * Writes them through a procfs of which nothing is masked or replaced.
     *
     * @param init    the container's init
     * @param runtime the runtime itself, whose network namespace is the host's
     */
    static void write(Kernel init, Kernel runtime, Map<String, String> sysctl) {
        if (sysctl.isEmpty()) {
            return;
        }
        try (PrivateProc proc = PrivateProc.open(init)) {
            for (Map.Entry<String, String> entry : sysctl.entrySet()) {
                if (dotted(entry.getKey()).startsWith("net.") && isSameNetwork(init, proc, runtime)) {
                    throw failure(entry.getKey(), "not allowed in host network namespace");
                }
                write(proc, entry.getKey(), entry.getValue());
            }
        }
    }

    /** A joined network namespace may be the host's under another path. */
    private static boolean isSameNetwork(Kernel init, PrivateProc proc, Kernel runtime) {
        Stat inside = init.statx(proc.descriptor(), "thread-self/ns/net", 0);
        Stat outside = runtime.statx(Kernel.AT_FDCWD, "/proc/thread-self/ns/net", 0);
        return inside.inode() == outside.inode() && inside.dev() == outside.dev();
    }

    private static void write(PrivateProc proc, String key, String value) {
        try {
            proc.write("sys/" + path(key), value.getBytes(StandardCharsets.UTF_8));
        } catch (KernelException e) {
            throw new RuntimeFailure("error setting sysctl \"" + key + "\" to \"" + value + "\" (" + pointer(key)
                    + "): " + e.call() + ": " + Errno.name(e.errno()), e);
        }
    }

    /**
     * The path below {@code /proc/sys}. As sysctl(8): the separator is whichever of {@code .} and {@code /} comes
     * first, and the other one then is part of a name ({@code net/ipv4/conf/eno2.100/x}).
     */
    static String path(String key) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        if (dot < 0 || slash >= 0 && slash < dot) {
            return key;
        }
        return swap(key);
    }

    /** The name with {@code .} as separator. */
    static String dotted(String key) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        return slash >= 0 && (dot < 0 || slash < dot) ? swap(key) : key;
    }

    private static String swap(String key) {
        StringBuilder swapped = new StringBuilder(key);
        for (int i = 0; i < swapped.length(); i++) {
            if (swapped.charAt(i) == '.') {
                swapped.setCharAt(i, '/');
            } else if (swapped.charAt(i) == '/') {
                swapped.setCharAt(i, '.');
            }
        }
        return swapped.toString();
    }
}
