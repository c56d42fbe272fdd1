package org.jrunc.container;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jrunc.namespace.Kinds;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.LocatedJson;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;
import org.jrunc.systemd.SystemdUnit;

/**
 * What is kept of a container in {@code state.json}. The keys that tools read from runc's file have runc's names; what
 * is jrunc's alone is below {@code jrunc}, with a version.
 *
 * @param id            the container's id
 * @param initPid       host pid of init
 * @param initStartTime its start time, see {@link ProcessStat}
 * @param created       RFC 3339 time in UTC
 * @param bundle        absolute path of the bundle
 * @param rootfs        absolute path of the root file system
 * @param annotations   annotations of config.json
 * @param cgroups       controller to absolute directory
 * @param rootless      whether the runtime had no privileges on the host
 * @param ownPidNs      whether init is pid 1 of a pid namespace of the container's own
 * @param program       path of the program init is to execute, in the container
 * @param poststart     whether config.json has poststart hooks
 * @param poststop      whether config.json has poststop hooks
 * @param ownKeyring    whether its processes have a session keyring of the container's
 * @param unit          the unit of systemd that the cgroup is, if it is one
 */
record StateRecord(String id, int initPid, long initStartTime, String created, String bundle, String rootfs,
        Map<String, String> annotations, Map<String, String> cgroups, boolean rootless, boolean ownPidNs,
        String program, boolean poststart, boolean poststop, boolean ownKeyring, Optional<SystemdUnit> unit) {

    private static final int VERSION = 1;

    /**
     * The file's content.
     *
     * @param spec    what the container was made from, of which tools want to see a part; not read back
     * @param resctrl its directory in the resctrl file system, empty without one; not read back
     */
    byte[] toJson(Spec spec, String resctrl) {
        JsonWriter json = JsonWriter.compact();
        json.beginObject().property("id", id).property("init_process_pid", initPid)
                .property("init_process_start", initStartTime).property("created", created);
        new RuncConfig(json, this, spec).write();
        json.property("rootless", rootless).property("cgroup_paths", cgroups);
        json.name("namespace_paths").beginObject();
        for (NamespaceType type : NamespaceType.values()) {
            json.property(RuncConfig.name(type), "/proc/" + initPid + "/ns/" + Kinds.file(type));
        }
        json.endObject().property("intel_rdt_path", resctrl).name("jrunc").beginObject()
                .property("version", VERSION).property("bundle", bundle).property("annotations", annotations)
                .property("ownPidNamespace", ownPidNs).property("program", program)
                .property("poststart", poststart).property("poststop", poststop)
                .property("ownKeyring", ownKeyring);
        if (unit.isPresent()) {
            json.property("unit", unit.get().saved());
        }
        json.endObject().endObject();
        return json.toBytes();
    }

    /** Reads the file's content. */
    static StateRecord parse(byte[] content, String name) {
        LocatedJson json = LocatedJson.parse(content, name);
        LocatedJson own = json.require("jrunc");
        if (own.int32("version") != VERSION) {
            throw own.require("version").fault("is not " + VERSION + ", the version this jrunc can read");
        }
        return new StateRecord(json.string("id"), json.int32("init_process_pid"), json.int64("init_process_start"),
                json.string("created"), own.string("bundle"), json.require("config").string("rootfs"),
                new TreeMap<>(own.stringMap("annotations")), json.stringMap("cgroup_paths"), json.bool("rootless"),
                own.bool("ownPidNamespace"), own.string("program"), own.bool("poststart"), own.bool("poststop"),
                own.bool("ownKeyring"), own.optionalString("unit").map(SystemdUnit::ofSaved));
    }
}
