package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** {@code features}: what engines decide by must be there, and true. */
@ExtendWith(NothingLeftExtension.class)
class FeaturesTest {

    private static JsonNode features(Sandbox box) {
        return Bundle.JSON.readTree(box.runtime().command("features").run().ok().out());
    }

    private static Set<String> words(JsonNode array) {
        Set<String> words = new TreeSet<>();
        array.valueStream().forEach(word -> words.add(word.asString()));
        return words;
    }

    @Test
    void hasTheFormOfTheSpecification(Sandbox box) {
        Result result = box.runtime().command("features").emptyEnvironment().run().ok();
        assertTrue(result.out().startsWith("{\n    \"ociVersionMin\": \"1.0.0\",\n    \"ociVersionMax\": \"1.3.0\",\n"),
                result::toString);
        assertTrue(result.out().endsWith("\n}\n"));
        JsonNode all = features(box);
        assertEquals(List.of("ociVersionMin", "ociVersionMax", "hooks", "mountOptions", "linux", "annotations",
                "potentiallyUnsafeConfigAnnotations"), List.copyOf(all.propertyNames()));
        assertEquals(List.of("namespaces", "capabilities", "cgroup", "seccomp", "apparmor", "selinux", "intelRdt",
                "memoryPolicy", "mountExtensions", "netDevices"), List.copyOf(all.path("linux").propertyNames()));
        assertTrue(all.at("/linux/mountExtensions/idmap/enabled").asBoolean());
        assertTrue(all.at("/linux/cgroup/v1").asBoolean() && all.at("/linux/cgroup/v2").asBoolean());
    }

    @Test
    void knowsAllThatTheInstalledRuncKnows(Sandbox box) {
        Needs.tool("runc");
        JsonNode runc = Bundle.JSON.readTree(Shell.sh("runc features"));
        JsonNode ours = features(box);
        for (String list : List.of("/hooks", "/mountOptions", "/linux/namespaces", "/linux/capabilities",
                "/linux/seccomp/actions", "/linux/seccomp/operators", "/linux/seccomp/archs")) {
            Set<String> missing = words(runc.at(list));
            missing.removeAll(words(ours.at(list)));
            // With mount(8) these are no flags of the kernel: the file system gets them as they are.
            missing.removeAll(Set.of("acl", "noacl"));
            assertEquals(Set.of(), missing, list);
        }
        assertEquals(runc.at("/annotations/io.github.seccomp.libseccomp.version"),
                ours.at("/annotations/io.github.seccomp.libseccomp.version"));
    }

    @Test
    void promisesNothingThatALogWarnsAboutWhenAsked(Sandbox box) {
        Needs.root();
        JsonNode linux = features(box).path("linux");
        Bundle bundle = box.bundle().idle();
        bundle.set("/linux/intelRdt", java.util.Map.of("closID", "x"));
        try (Container container = box.loggedContainer(bundle)) {
            Result result = container.create();
            boolean warned = result.exit() == 0 && box.warnings().stream().anyMatch(l -> l.contains("intelRdt"));
            assertEquals(linux.at("/intelRdt/enabled").asBoolean(), !warned, result::toString);
        }
    }

    @Test
    void takesNoArguments(Sandbox box) {
        box.runtime().command("features", "x").run().failsWith("\\\"features\\\" requires exactly 0 argument(s)");
    }

    @Test
    void worksForANormalUserWithoutTouchingTheHost(Sandbox box) {
        Needs.root();
        Needs.tool("setpriv");
        Result result = box.runtime().withRoot(null).command("features")
                .prefixedWith("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all").run()
                .ok();
        assertFalse(result.out().isEmpty());
        assertEquals("", result.err());
    }
}
