package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code process.apparmorProfile} (config.md, Linux Process). */
class LinuxProcessApparmorProfileTest {

    @EachRuntime
    void theProfileIsInForce(Sandbox box) {
        enabled();
        String profile = "jrunc-conformance";
        Shell.sh("echo 'profile " + profile + " flags=(attach_disconnected) { file, capability, deny /opt/no w, }'"
                + " | apparmor_parser -r");
        try {
            Bundle bundle = box.bundle().set("/process/apparmorProfile", profile)
                    .sh("cat /proc/self/attr/current; touch /opt/yes && echo yes; touch /opt/no || echo no");
            assertEquals(profile + " (enforce)\nyes\nno\n", box.run(bundle).ok().out());
        } finally {
            Shell.sh("echo 'profile " + profile + " {}' | apparmor_parser -R");
        }
    }

    @EachRuntime
    void aProfileThatIsNotLoadedIsAnError(Sandbox box) {
        enabled();
        box.run(box.bundle().set("/process/apparmorProfile", "no-such-profile")).refused();
    }

    private static void enabled() {
        assumeTrue(Shell.attempt("grep -q Y /sys/module/apparmor/parameters/enabled").exit() == 0,
                "needs a kernel that runs AppArmor");
        Needs.tool("apparmor_parser");
    }
}
