package org.jrunc.namespace;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;
import org.jrunc.spec.TimeOffset;

/**
 * What is to be done about each of the eight kinds of namespaces: a new one, an existing one joined by path, or the
 * runtime's own (config-linux.md, Namespaces). A plan has been checked for combinations that can not work.
 */
public final class NamespacePlan {

    /** crun's annotation: the process keeps the supplementary groups of who called the runtime. */
    public static final String KEEP_ORIGINAL_GROUPS = "run.oci.keep_original_groups";

    private final Map<NamespaceType, Integer> indexes = new EnumMap<>(NamespaceType.class);
    private final List<Namespace> namespaces;
    private final List<IdMapping> uidMappings;
    private final List<IdMapping> gidMappings;
    private final Map<String, TimeOffset> timeOffsets;
    private final Optional<String> hostname;
    private final Optional<String> domainname;
    private final boolean keepOriginalGroups;

    private NamespacePlan(Spec spec, List<Namespace> namespaces, List<IdMapping> uidMappings,
            List<IdMapping> gidMappings, Map<String, TimeOffset> timeOffsets) {
        this.namespaces = namespaces;
        this.uidMappings = uidMappings;
        this.gidMappings = gidMappings;
        this.timeOffsets = timeOffsets;
        this.hostname = spec.hostname();
        this.domainname = spec.domainname();
        this.keepOriginalGroups = isTrue(spec.annotations().get(KEEP_ORIGINAL_GROUPS));
    }

    private NamespacePlan(NamespacePlan plan, List<Namespace> joined) {
        this.namespaces = joined;
        this.uidMappings = List.of();
        this.gidMappings = List.of();
        this.timeOffsets = Map.of();
        this.hostname = Optional.empty();
        this.domainname = Optional.empty();
        this.keepOriginalGroups = plan.keepOriginalGroups;
        this.indexes.putAll(plan.indexes);
    }

    /** The plan for a further process of the container: joins all those that the container does not inherit. */
    public NamespacePlan joining(int initPid) {
        List<Namespace> joined = new ArrayList<>();
        for (Namespace namespace : namespaces) {
            joined.add(new Namespace(namespace.type(),
                    Optional.of("/proc/" + initPid + "/ns/" + Kinds.file(namespace.type()))));
        }
        return new NamespacePlan(this, joined);
    }

    /**
     * The plan for a configuration.
     *
     * @throws RuntimeFailure if the parts of the configuration contradict each other
     */
    public static NamespacePlan of(Spec spec) {
        NamespacePlan plan;
        if (spec.linux().isPresent()) {
            Linux linux = spec.linux().get();
            plan = new NamespacePlan(spec, linux.namespaces(), linux.uidMappings(), linux.gidMappings(),
                    linux.timeOffsets());
        } else {
            plan = new NamespacePlan(spec, List.of(), List.of(), List.of(), Map.of());
        }
        plan.index();
        plan.checkUser();
        plan.checkTime();
        plan.checkNames();
        return plan;
    }

    private void index() {
        for (int i = 0; i < namespaces.size(); i++) {
            Namespace namespace = namespaces.get(i);
            Integer earlier = indexes.put(namespace.type(), i);
            if (earlier != null) {
                throw new RuntimeFailure("malformed spec file: duplicated ns \"" + namespace.type().value()
                        + "\": /linux/namespaces/" + earlier + " and /linux/namespaces/" + i);
            }
            if (namespace.path().isPresent() && !namespace.path().get().startsWith("/")) {
                throw new RuntimeFailure("unable to join the " + namespace.type().value() + " namespace: "
                        + pointer(namespace.type()) + "/path must be an absolute path, was \""
                        + namespace.path().get() + '"');
            }
        }
    }

    private void checkUser() {
        if (isInherited(NamespaceType.USER)) {
            if (!uidMappings.isEmpty() || !gidMappings.isEmpty()) {
                throw new RuntimeFailure("user namespace mappings specified, but user namespace isn't enabled in the"
                        + " config: /linux/" + (uidMappings.isEmpty() ? "gidMappings" : "uidMappings")
                        + " needs an entry of type \"user\" in /linux/namespaces");
            }
            return;
        }
        boolean mapped = !uidMappings.isEmpty() && !gidMappings.isEmpty();
        if (isNew(NamespaceType.USER)) {
            if (!mapped) {
                throw new RuntimeFailure("user namespaces enabled, but no namespace path to join nor mappings to apply"
                        + " specified: " + (uidMappings.isEmpty() ? "/linux/uidMappings" : "/linux/gidMappings")
                        + " is empty");
            }
            requireRoot("uid", "user", uidMappings);
            requireRoot("gid", "group", gidMappings);
        }
    }

    /** The container's root does everything from then on, so there has to be one. */
    private static void requireRoot(String ids, String what, List<IdMapping> mappings) {
        if (IdMaps.toHost(mappings, 0) < 0) {
            throw new RuntimeFailure("user namespaces enabled, but no " + what + " mapping found: /linux/" + ids
                    + "Mappings does not map " + ids + " 0 of the container; add a mapping with \"containerID\": 0");
        }
    }

    private void checkTime() {
        if (timeOffsets.isEmpty()) {
            return;
        }
        if (isInherited(NamespaceType.TIME)) {
            throw new RuntimeFailure("time namespace offsets specified, but time namespace isn't enabled in the config:"
                    + " /linux/timeOffsets needs an entry of type \"time\" in /linux/namespaces");
        }
        if (isJoined(NamespaceType.TIME)) {
            throw new RuntimeFailure("time namespace enabled, but both namespace path and time offsets specified --"
                    + " you may only provide one: " + pointer(NamespaceType.TIME) + "/path, /linux/timeOffsets");
        }
        for (String clock : timeOffsets.keySet()) {
            if (!clock.equals("monotonic") && !clock.equals("boottime")) {
                throw new RuntimeFailure("unknown clock \"" + clock + "\" in /linux/timeOffsets: Linux has an offset"
                        + " for monotonic and for boottime");
            }
        }
    }

    private void checkNames() {
        boolean own = !isInherited(NamespaceType.UTS);
        if (!own && hostname.isPresent() && !hostname.get().isEmpty()) {
            throw new RuntimeFailure("unable to set hostname without a private UTS namespace: /hostname needs an entry"
                    + " of type \"uts\" in /linux/namespaces");
        }
        if (!own && domainname.isPresent() && !domainname.get().isEmpty()) {
            throw new RuntimeFailure("unable to set domainname without a private UTS namespace: /domainname needs an"
                    + " entry of type \"uts\" in /linux/namespaces");
        }
    }

    private static boolean isTrue(String annotation) {
        return annotation != null && (annotation.equals("1") || annotation.equalsIgnoreCase("true"));
    }

    /** Whether a new one is made. */
    public boolean isNew(NamespaceType type) {
        Integer index = indexes.get(type);
        return index != null && namespaces.get(index).path().isEmpty();
    }

    /** Whether an existing one is joined. */
    public boolean isJoined(NamespaceType type) {
        Integer index = indexes.get(type);
        return index != null && namespaces.get(index).path().isPresent();
    }

    /** Whether the container stays in the runtime's. */
    public boolean isInherited(NamespaceType type) {
        return !indexes.containsKey(type);
    }

    /** The file of the namespace to join. */
    public Optional<String> path(NamespaceType type) {
        Integer index = indexes.get(type);
        return index == null ? Optional.empty() : namespaces.get(index).path();
    }

    /** Where the configuration speaks of the kind, for instance {@code /linux/namespaces/3}. */
    public String pointer(NamespaceType type) {
        Integer index = indexes.get(type);
        return index == null ? "/linux/namespaces" : "/linux/namespaces/" + index;
    }

    /** {@code linux.uidMappings}. */
    public List<IdMapping> uidMappings() {
        return uidMappings;
    }

    /** {@code linux.gidMappings}. */
    public List<IdMapping> gidMappings() {
        return gidMappings;
    }

    /** {@code linux.timeOffsets}. */
    public Map<String, TimeOffset> timeOffsets() {
        return timeOffsets;
    }

    /** {@code hostname}. */
    public Optional<String> hostname() {
        return hostname;
    }

    /** {@code domainname}. */
    public Optional<String> domainname() {
        return domainname;
    }

    /** Whether the supplementary groups of the caller stay, see {@link #KEEP_ORIGINAL_GROUPS}. */
    public boolean keepOriginalGroups() {
        return keepOriginalGroups;
    }
}
