package org.jrunc.spec;

import java.util.Map;
import java.util.Set;

/**
 * Which kernel parameters a container may set: those that belong to one of its own namespaces (config-linux.md,
 * Sysctl). Whether a network namespace joined by path is really another one than the runtime's is not looked at here.
 */
final class SysctlChecks {
    private static final Set<String> IPC = Set.of("kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
            "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced");

    private SysctlChecks() {
    }

    static void check(Findings findings, Linux linux) {
        for (Map.Entry<String, String> entry : linux.sysctl().entrySet()) {
            String pointer = Findings.member("/linux/sysctl", entry.getKey());
            if (SysctlName.isSafe(entry.getKey())) {
                checkNamespace(findings, pointer, SysctlName.dotted(entry.getKey()), linux);
            } else {
                findings.add(pointer, "must be the name of a kernel parameter");
            }
            findings.refuseNul(pointer, entry.getValue());
        }
    }

    private static void checkNamespace(Findings findings, String pointer, String name, Linux linux) {
        if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
            if (linux.namespace(NamespaceType.IPC).isEmpty()) {
                findings.addPhrase(pointer,
                        "sysctl " + Text.quote(name) + " is not allowed in the hosts ipc namespace");
            }
        } else if (name.startsWith("net.")) {
            if (linux.namespace(NamespaceType.NETWORK).isEmpty()) {
                findings.addPhrase(pointer, "sysctl " + Text.quote(name) + " not allowed in host network namespace");
            }
        } else if (name.startsWith("user.")) {
            if (linux.namespace(NamespaceType.USER).isEmpty()) {
                findings.addPhrase(pointer,
                        "setting ucounts without a user namespace not allowed: " + Text.quote(name));
            }
        } else if (linux.namespace(NamespaceType.UTS).isPresent() && name.equals("kernel.hostname")) {
            findings.addPhrase(pointer,
                    "sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field");
        } else if (linux.namespace(NamespaceType.UTS).isEmpty() || !name.equals("kernel.domainname")) {
            findings.addPhrase(pointer, "sysctl " + Text.quote(name) + " is not in a separate kernel namespace");
        }
    }
}
