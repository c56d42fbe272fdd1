package org.jrunc.container;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.criu.Criu;
import org.jrunc.kernel.Capability;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.rootfs.MountVocabulary;
import org.jrunc.seccomp.SeccompSupport;
import org.jrunc.spec.Features;
import org.jrunc.spec.Vocabulary;

/** What this build of the runtime can do. Needs no privileges and changes nothing on the host. */
public final class FeatureReport {

    private static final String OLDEST_SPEC = "1.0.0";
    /** Annotations of config.json that change what the runtime does on the host. */
    private static final List<String> UNSAFE = List.of("bundle", "org.criu.config", "org.systemd.property.",
            "run.oci.hooks.stderr", "run.oci.hooks.stdout", "run.oci.keep_original_groups", "run.oci.mount_context_type");

    private FeatureReport() {
    }

    /**
     * The report.
     *
     * @param build       annotations about the build: version, commit
     * @param environment of the caller: where criu is looked for
     */
    public static Features of(Map<String, String> build, Map<String, String> environment) {
        SeccompSupport seccomp = SeccompSupport.of(LibcKernel.here());
        Map<String, String> annotations = new HashMap<>(build);
        annotations.put("org.opencontainers.runc.checkpoint.enabled", 
                Boolean.toString(Criu.find(environment).isPresent()));
        seccomp.libraryVersion().ifPresent(v -> annotations.put("io.github.seccomp.libseccomp.version", v));
        return new Features(OLDEST_SPEC, Container.SPEC_VERSION, Vocabulary.hooks(), MountVocabulary.words(),
                new Features.Linux(Vocabulary.namespaces(), capabilities(),
                        new Features.Cgroup(true, true, true, true, true), seccomp.features(), true, true,
                        new Features.IntelRdt(true, true, true), new Features.MemoryPolicy(Vocabulary.memoryPolicyModes(),
                                Vocabulary.memoryPolicyFlags()), true, true),
                annotations, UNSAFE);
    }

    private static List<String> capabilities() {
        List<String> names = new ArrayList<>();
        for (int number = 0; number <= Capability.CAP_LAST_CAP; number++) {
            names.add(Capability.name(number));
        }
        return names;
    }
}
