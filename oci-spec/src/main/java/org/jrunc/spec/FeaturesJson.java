package org.jrunc.spec;

import java.util.TreeMap;

/** The JSON form of {@link Features} (features.md), as {@code features} prints it. */
public final class FeaturesJson {

    private FeaturesJson() {
    }

    /** Indented by four spaces, without a newline at the end. */
    public static String features(Features features) {
        JsonWriter json = JsonWriter.indented("    ");
        json.beginObject().property("ociVersionMin", features.ociVersionMin())
                .property("ociVersionMax", features.ociVersionMax()).property("hooks", features.hooks())
                .property("mountOptions", features.mountOptions());
        linux(json.name("linux").beginObject(), features.linux());
        json.endObject().property("annotations", new TreeMap<>(features.annotations()))
                .property("potentiallyUnsafeConfigAnnotations", features.potentiallyUnsafeConfigAnnotations())
                .endObject();
        return json.toString();
    }

    private static void linux(JsonWriter json, Features.Linux linux) {
        json.property("namespaces", linux.namespaces()).property("capabilities", linux.capabilities());
        Features.Cgroup cgroup = linux.cgroup();
        json.name("cgroup").beginObject().property("v1", cgroup.v1()).property("v2", cgroup.v2())
                .property("systemd", cgroup.systemd()).property("systemdUser", cgroup.systemdUser())
                .property("rdma", cgroup.rdma()).endObject();
        Features.Seccomp seccomp = linux.seccomp();
        json.name("seccomp").beginObject().property("enabled", seccomp.enabled())
                .property("actions", seccomp.actions()).property("operators", seccomp.operators())
                .property("archs", seccomp.archs()).property("knownFlags", seccomp.knownFlags())
                .property("supportedFlags", seccomp.supportedFlags()).endObject();
        enabled(json, "apparmor", linux.apparmor());
        enabled(json, "selinux", linux.selinux());
        json.name("intelRdt").beginObject().property("enabled", linux.intelRdt().enabled())
                .property("schemata", linux.intelRdt().schemata())
                .property("monitoring", linux.intelRdt().monitoring()).endObject();
        json.name("memoryPolicy").beginObject().property("modes", linux.memoryPolicy().modes())
                .property("flags", linux.memoryPolicy().flags()).endObject();
        json.name("mountExtensions").beginObject();
        enabled(json, "idmap", linux.idmap());
        json.endObject();
        enabled(json, "netDevices", linux.netDevices());
    }

    private static void enabled(JsonWriter json, String property, boolean enabled) {
        json.name(property).beginObject().property("enabled", enabled).endObject();
    }
}
