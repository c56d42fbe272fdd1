package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** UTS namespaces: an own host name and domain name. */
@ExtendWith(NothingLeftExtension.class)
class UtsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void aNameChangedInsideStaysInside(Sandbox box) {
        String host = Shell.sh("hostname");
        Bundle bundle = box.bundle().allCapabilities().sh("hostname changed && hostname");
        assertEquals("changed\n", box.run(bundle).ok().out());
        assertEquals(host, Shell.sh("hostname"));
    }

    @Test
    void withoutANamespaceTheNameIsTheHosts(Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("uts").remove("/hostname").args("hostname");
        assertEquals(Shell.sh("hostname") + "\n", box.run(bundle).ok().out());
    }

    @Test
    void canBeJoinedByPathAndSurvivesAsAFile(Sandbox box) {
        Namespaces.assertJoinable(box, "uts", true, b -> b.set("/hostname", "shared"), c -> { }, b -> { }, "hostname",
                "shared\n");
    }

    @Test
    void aJoinedNamespaceTakesTheConfiguredName(Sandbox box) {
        try (Container holder = box.container(box.bundle().idle()).started()) {
            Bundle joiner = box.bundle().namespace("uts", "/proc/" + holder.init().pid() + "/ns/uts")
                    .set("/hostname", "renamed").args("hostname");
            assertEquals("renamed\n", box.run(joiner).ok().out());
            assertEquals("renamed", Shell.sh("nsenter --uts=/proc/" + holder.init().pid() + "/ns/uts hostname"));
        }
    }
}
