package org.jrunc.spec;

import java.util.List;

/** What {@code mounts} may not say (config.md, Mounts). A relative destination is deprecated, but not an error. */
final class MountChecks {

    private MountChecks() {
    }

    static void check(Findings findings, Spec spec) {
        boolean user = spec.linux().isPresent() && spec.linux().get().namespace(NamespaceType.USER).isPresent();
        for (int i = 0; i < spec.mounts().size(); i++) {
            String pointer = "/mounts/" + i;
            Mount mount = spec.mounts().get(i);
            if (mount.destination().isEmpty()) {
                findings.add(pointer + "/destination", "must not be empty");
            }
            refuseNul(findings, pointer + "/destination", mount.destination());
            refuseNul(findings, pointer + "/type", mount.type().orElse(""));
            refuseNul(findings, pointer + "/source", mount.source().orElse(""));
            for (int j = 0; j < mount.options().size(); j++) {
                refuseNul(findings, pointer + "/options/" + j, mount.options().get(j));
            }
            checkIdMapping(findings, pointer, mount, user);
        }
    }

    private static void refuseNul(Findings findings, String pointer, String value) {
        if (value.indexOf(0) >= 0) {
            findings.addPhrase(pointer, "mount field contains null byte: " + Text.quote(value));
        }
    }

    private static void checkIdMapping(Findings findings, String pointer, Mount mount, boolean userNamespace) {
        boolean mapped = !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty();
        boolean asked = mount.options().contains("idmap") || mount.options().contains("ridmap");
        if (!mapped && !asked) {
            return;
        }
        if (!isBind(mount.options())) {
            findings.addPhrase(pointer, "id-mapped mounts are only supported for bind-mounts");
        }
        if (!mapped) {
            if (!userNamespace) {
                findings.add(pointer, "must have uidMappings and gidMappings: it is to be id-mapped, and there is no "
                        + "user namespace to take the mappings from");
            }
        } else if (mount.uidMappings().isEmpty() || mount.gidMappings().isEmpty()) {
            findings.addPhrase(pointer, "id-mapped mounts must have both uid and gid mappings specified");
        } else {
            IdMappingChecks.check(findings, pointer + "/uidMappings", mount.uidMappings());
            IdMappingChecks.check(findings, pointer + "/gidMappings", mount.gidMappings());
        }
    }

    private static boolean isBind(List<String> options) {
        return options.contains("bind") || options.contains("rbind");
    }
}
