package org.jrunc.container;

import java.util.List;
import java.util.Map;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Mount;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/**
 * Writes {@code config} of {@code state.json}: of runc's own form of the configuration the part that tools other than
 * runc read. What they do not read is not here; the whole configuration is in {@code config.json} beside it.
 */
final class RuncConfig {

    private final JsonWriter json;
    private final StateRecord record;
    private final Spec spec;

    RuncConfig(JsonWriter json, StateRecord record, Spec spec) {
        this.json = json;
        this.record = record;
        this.spec = spec;
    }

    /** runc's name of a namespace, that of the flag of clone(2) without {@code CLONE_}. */
    static String name(NamespaceType type) {
        switch (type) {
            case NETWORK:
                return "NEWNET";
            case MOUNT:
                return "NEWNS";
            default:
                return "NEW" + type.name();
        }
    }

    void write() {
        json.name("config").beginObject().property("rootfs", record.rootfs())
                .property("readonlyfs", spec.root().isPresent() && spec.root().get().readonly());
        mounts();
        if (spec.hostname().isPresent()) {
            json.property("hostname", spec.hostname().get());
        }
        if (spec.linux().isPresent()) {
            linux(spec.linux().get());
        }
        if (spec.process().isPresent()) {
            json.property("no_new_privileges", spec.process().get().noNewPrivileges());
            if (spec.process().get().capabilities().isPresent()) {
                capabilities(spec.process().get().capabilities().get());
            }
        }
        labels();
        json.property("version", spec.ociVersion()).property("rootless_euid", record.rootless()).endObject();
    }

    private void mounts() {
        json.name("mounts").beginArray();
        for (Mount mount : spec.mounts()) {
            json.beginObject().property("source", mount.source().orElse(""))
                    .property("destination", mount.destination()).property("device", mount.type().orElse(""))
                    .endObject();
        }
        json.endArray();
    }

    private void linux(Linux linux) {
        json.name("namespaces").beginArray();
        for (Namespace namespace : linux.namespaces()) {
            json.beginObject().property("type", name(namespace.type())).property("path", namespace.path().orElse(""))
                    .endObject();
        }
        json.endArray();
        mappings("uid_mappings", linux.uidMappings());
        mappings("gid_mappings", linux.gidMappings());
        cgroups(linux.cgroupsPath().orElse(""));
    }

    /** Where the container was to be; where it is, is in {@code cgroup_paths}. */
    private void cgroups(String path) {
        boolean systemd = record.unit().isPresent();
        json.name("cgroups").beginObject();
        if (systemd && path.indexOf(':') != path.lastIndexOf(':')) {
            int first = path.indexOf(':');
            int last = path.lastIndexOf(':');
            json.property("name", path.substring(last + 1)).property("parent", path.substring(0, first))
                    .property("scope_prefix", path.substring(first + 1, last));
        } else {
            json.property("name", path.isEmpty() ? record.id() : "");
        }
        json.property("path", systemd ? "" : path).property("Systemd", systemd)
                .property("Rootless", record.rootless()).endObject();
    }

    private void mappings(String name, List<IdMapping> mappings) {
        if (!mappings.isEmpty()) {
            json.name(name).beginArray();
            for (IdMapping mapping : mappings) {
                json.beginObject().property("container_id", mapping.containerID())
                        .property("host_id", mapping.hostID()).property("size", mapping.size()).endObject();
            }
            json.endArray();
        }
    }

    private void capabilities(Capabilities capabilities) {
        json.name("capabilities").beginObject().property("Bounding", capabilities.bounding())
                .property("Effective", capabilities.effective()).property("Inheritable", capabilities.inheritable())
                .property("Permitted", capabilities.permitted()).property("Ambient", capabilities.ambient())
                .endObject();
    }

    private void labels() {
        json.name("labels").beginArray();
        for (Map.Entry<String, String> annotation : record.annotations().entrySet()) {
            // Whoever reads the labels takes the first of that name for the runtime's own, which comes last.
            if (!annotation.getKey().equals("bundle")) {
                json.value(annotation.getKey() + "=" + annotation.getValue());
            }
        }
        json.value("bundle=" + record.bundle()).endArray();
    }
}
