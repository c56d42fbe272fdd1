package org.jrunc.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code linux} may not say (config-linux.md). */
final class LinuxChecks {
    private static final Set<String> PROPAGATIONS = Set.of("shared", "rshared", "slave", "rslave", "private",
            "rprivate", "unbindable", "runbindable");
    /** Device numbers of the kernel: 12 and 20 bits. */
    private static final long MAX_MAJOR = 0xfff;
    private static final long MAX_MINOR = 0xf_ffff;
    /** IFNAMSIZ without the final NUL. */
    private static final int MAX_INTERFACE_NAME = 15;

    private LinuxChecks() {
    }

    /** @param seccomp whether to read and check the system call filter as well */
    static void check(Findings findings, Linux linux, boolean seccomp) {
        checkNamespaces(findings, linux.namespaces());
        checkUserNamespace(findings, linux);
        checkTimeOffsets(findings, linux);
        SysctlChecks.check(findings, linux);
        if (linux.resources().isPresent()) {
            ResourcesChecks.check(findings, "/linux/resources", linux.resources().get());
        }
        findings.refuseNul("/linux/cgroupsPath", linux.cgroupsPath().orElse(""));
        for (int i = 0; i < linux.devices().size(); i++) {
            checkDevice(findings, "/linux/devices/" + i, linux.devices().get(i));
        }
        checkNetDevices(findings, linux);
        if (seccomp && linux.seccomp().isPresent()) {
            SeccompChecks.check(findings, linux.seccomp().get().read());
        }
        if (linux.rootfsPropagation().isPresent() && !PROPAGATIONS.contains(linux.rootfsPropagation().get())) {
            findings.addPhrase("/linux/rootfsPropagation",
                    "rootfsPropagation=" + Text.quote(linux.rootfsPropagation().get()) + " is not supported");
        }
        boolean mounts = linux.namespace(NamespaceType.MOUNT).isPresent();
        checkPaths(findings, "/linux/maskedPaths", linux.maskedPaths(), mounts);
        checkPaths(findings, "/linux/readonlyPaths", linux.readonlyPaths(), mounts);
        findings.refuseNul("/linux/mountLabel", linux.mountLabel().orElse(""));
        if (linux.intelRdt().isPresent()) {
            checkIntelRdt(findings, linux.intelRdt().get());
        }
        if (linux.memoryPolicy().isPresent()) {
            MemoryPolicyChecks.check(findings, linux.memoryPolicy().get());
        }
        if (linux.personality().isPresent()) {
            String domain = linux.personality().get().domain();
            if (!domain.equals("LINUX") && !domain.equals("LINUX32")) {
                findings.add("/linux/personality/domain", "must be \"LINUX\" or \"LINUX32\", was "
                        + Text.quote(domain));
            }
        }
    }

    private static void checkNamespaces(Findings findings, List<Namespace> namespaces) {
        Set<NamespaceType> seen = new HashSet<>();
        for (int i = 0; i < namespaces.size(); i++) {
            Namespace namespace = namespaces.get(i);
            if (!seen.add(namespace.type())) {
                findings.addPhrase("/linux/namespaces/" + i,
                        "malformed spec file: duplicated ns " + Text.quote(namespace.type().value()));
            }
            String path = namespace.path().orElse("/");
            if (!path.startsWith("/")) {
                findings.add("/linux/namespaces/" + i + "/path", "must be an absolute path, was " + Text.quote(path));
            }
            findings.refuseNul("/linux/namespaces/" + i + "/path", path);
        }
    }

    private static void checkUserNamespace(Findings findings, Linux linux) {
        Optional<Namespace> user = linux.namespace(NamespaceType.USER);
        List<IdMapping> uids = linux.uidMappings();
        List<IdMapping> gids = linux.gidMappings();
        boolean mapped = !uids.isEmpty() || !gids.isEmpty();
        if (user.isEmpty()) {
            if (mapped) {
                findings.addPhrase(uids.isEmpty() ? "/linux/gidMappings" : "/linux/uidMappings",
                        "user namespace mappings specified, but user namespace isn't enabled in the config");
            }
        } else if (mapped && uids.isEmpty() != gids.isEmpty()) {
            findings.add(uids.isEmpty() ? "/linux/uidMappings" : "/linux/gidMappings",
                    "must not be empty when the other mappings are given");
        } else if (!mapped && user.get().path().isEmpty()) {
            findings.addPhrase("/linux/uidMappings",
                    "user namespaces enabled, but no namespace path to join nor mappings to apply specified");
        }
        IdMappingChecks.check(findings, "/linux/uidMappings", uids);
        IdMappingChecks.check(findings, "/linux/gidMappings", gids);
    }

    private static void checkTimeOffsets(Findings findings, Linux linux) {
        if (linux.timeOffsets().isEmpty()) {
            return;
        }
        Optional<Namespace> time = linux.namespace(NamespaceType.TIME);
        if (time.isEmpty()) {
            findings.addPhrase("/linux/timeOffsets",
                    "time namespace offsets specified, but time namespace isn't enabled in the config");
        } else if (time.get().path().isPresent()) {
            findings.addPhrase("/linux/timeOffsets", "time namespace enabled, but both namespace path and time offsets "
                    + "specified -- you may only provide one");
        }
        for (Map.Entry<String, TimeOffset> entry : linux.timeOffsets().entrySet()) {
            String pointer = Findings.member("/linux/timeOffsets", entry.getKey());
            if (!entry.getKey().equals("monotonic") && !entry.getKey().equals("boottime")) {
                findings.add(pointer, "is no clock of a time namespace: must be \"monotonic\" or \"boottime\"");
            }
            if (entry.getValue().nanosecs() > 999_999_999) {
                findings.add(pointer + "/nanosecs",
                        "must be less than 1000000000, was " + entry.getValue().nanosecs());
            }
        }
    }

    private static void checkDevice(Findings findings, String pointer, Device device) {
        String type = device.type();
        boolean node = type.equals("c") || type.equals("u") || type.equals("b");
        if (!node && !type.equals("p")) {
            findings.add(pointer + "/type", "must be \"c\", \"u\", \"b\" or \"p\", was " + Text.quote(type));
        }
        // runc takes an entry without a path for a mere cgroup rule.
        if (!device.path().isEmpty() && !device.path().startsWith("/")) {
            findings.add(pointer + "/path", "must be an absolute path, was " + Text.quote(device.path()));
        }
        findings.refuseNul(pointer + "/path", device.path());
        if (node && (device.major() < 0 || device.major() > MAX_MAJOR)) {
            findings.add(pointer + "/major", "must be from 0 to " + MAX_MAJOR + ", was " + device.major());
        }
        if (node && (device.minor() < 0 || device.minor() > MAX_MINOR)) {
            findings.add(pointer + "/minor", "must be from 0 to " + MAX_MINOR + ", was " + device.minor());
        }
    }

    private static void checkNetDevices(Findings findings, Linux linux) {
        if (linux.netDevices().isEmpty()) {
            return;
        }
        if (linux.namespace(NamespaceType.NETWORK).isEmpty()) {
            findings.addPhrase("/linux/netDevices", "unable to move network devices without a NET namespace");
        }
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, NetDevice> entry : linux.netDevices().entrySet()) {
            String pointer = Findings.member("/linux/netDevices", entry.getKey());
            String name = entry.getValue().name().orElse(entry.getKey());
            if (!isInterfaceName(entry.getKey())) {
                findings.addPhrase(pointer, "invalid network device name " + Text.quote(entry.getKey()));
            } else if (!isInterfaceName(name)) {
                findings.addPhrase(pointer + "/name", "invalid network device name " + Text.quote(name));
            }
            if (!names.add(name) && name.indexOf('%') < 0) {
                findings.add(pointer, "must not have the name " + Text.quote(name) + " in the container, like another");
            }
        }
    }

    /** As the kernel's dev_valid_name(). */
    private static boolean isInterfaceName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == ':' || c == 0 || c == ' ' || c >= '\t' && c <= '\r' || c == 0x85 || c == 0xa0) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_INTERFACE_NAME && !name.equals(".") && !name.equals("..");
    }

    private static void checkPaths(Findings findings, String pointer, List<String> paths, boolean mounts) {
        if (!paths.isEmpty() && !mounts) {
            findings.addPhrase(pointer, "unable to restrict sys entries without a private MNT namespace");
        }
        for (int i = 0; i < paths.size(); i++) {
            if (!paths.get(i).startsWith("/")) {
                findings.add(pointer + "/" + i, "must be an absolute path, was " + Text.quote(paths.get(i)));
            }
        }
        findings.refuseNul(pointer, paths);
    }

    private static void checkIntelRdt(Findings findings, IntelRdt rdt) {
        String id = rdt.closID().orElse("/");
        // "/" is the default class; everything else is the name of a directory.
        if (id.equals(".") || id.equals("..") || id.indexOf(0) >= 0 || id.indexOf('/') >= 0 && id.length() > 1) {
            findings.addPhrase("/linux/intelRdt/closID", "invalid intelRdt.ClosID " + Text.quote(id));
        }
        String bandwidth = rdt.memBwSchema().orElse("MB:");
        if (!bandwidth.startsWith("MB:") || bandwidth.indexOf('\n') >= 0) {
            findings.add("/linux/intelRdt/memBwSchema",
                    "must be one line that starts with \"MB:\", was " + Text.quote(bandwidth));
        }
    }
}
