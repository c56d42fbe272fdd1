package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code process.apparmorProfile} (config.md, Linux Process): real where the kernel has it, an error elsewhere. */
@ExtendWith(NothingLeftExtension.class)
class AppArmorTest {

    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final String PROFILE = Sandbox.MARK + "profile";
    /** Everything is allowed but writing below /forbidden. */
    private static final String TEXT = """
            profile %s flags=(attach_disconnected,mediate_deleted) {
              file, network, capability, mount, umount, signal, ptrace, unix, pivot_root,
              deny /forbidden/** w,
            }
            """.formatted(PROFILE);

    private static boolean loaded;

    private static boolean isEnabled() {
        try {
            return Files.readString(ENABLED).startsWith("Y");
        } catch (IOException absent) {
            return false;
        }
    }

    @BeforeAll
    static void load() {
        Needs.root();
        if (isEnabled() && Shell.has("apparmor_parser")) {
            Shell.sh("printf '%s' '" + TEXT + "' | apparmor_parser -r -K -T");
            loaded = true;
        }
    }

    @AfterAll
    static void unload() {
        if (loaded) {
            Shell.sh("printf '%s' '" + TEXT + "' | apparmor_parser -R");
        }
    }

    private static void needsProfile() {
        assumeTrue(loaded, "needs a kernel with AppArmor, and apparmor_parser");
    }

    private static Bundle confined(Sandbox box) {
        return box.bundle().set("/process/apparmorProfile", PROFILE);
    }

    @Test
    void theProgramRunsUnderItsProfile(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).args("cat", "/proc/self/attr/current");
        assertEquals(PROFILE + " (enforce)\n", box.run(bundle).ok().out());
    }

    @Test
    void theProfileIsEnforced(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).mount("/forbidden", "tmpfs", "tmpfs").mount("/allowed", "tmpfs", "tmpfs")
                .sh("echo 1 > /allowed/file; echo 1 > /forbidden/file");
        Result result = box.run(bundle);
        assertTrue(result.exit() != 0 && result.err().contains("ermission denied"), result::toString);
        assertFalse(result.err().contains("/allowed"), result::toString);
    }

    @Test
    void isAppliedToAnUnprivilegedUserWithNoNewPrivileges(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).set("/process/noNewPrivileges", true).set("/process/user/uid", 1000)
                .args("cat", "/proc/self/attr/current");
        assertEquals(PROFILE + " (enforce)\n", box.run(bundle).ok().out());
    }

    @Test
    void isAppliedInAUserNamespace(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).userNamespace(100_000, 65_536).args("cat", "/proc/self/attr/current");
        assertEquals(PROFILE + " (enforce)\n", box.run(bundle).ok().out());
    }

    /** CVE-2019-16884: an image with files of its own in the place of /proc got rid of its profile. */
    @Test
    void filesOfTheImageInThePlaceOfProcAreNotTakenForIt(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).withoutMount("/proc").set("/linux/maskedPaths", List.of())
                .set("/linux/readonlyPaths", List.of()).idle();
        for (String file : List.of("attr/exec", "attr/apparmor/exec")) {
            bundle.file("/proc/self/" + file, "");
            bundle.file("/proc/thread-self/" + file, "");
        }
        try (Container container = box.container(bundle).started()) {
            String expected = PROFILE + " (enforce)";
            Poll.until("the program runs", () -> container.init().file("attr/current").startsWith(expected));
        }
    }

    @Test
    void startContainerHooksRunUnderItToo(Sandbox box) {
        needsProfile();
        Bundle bundle = confined(box).mount("/tmp", "tmpfs", "tmpfs")
                .hook("startContainer", "cat /proc/self/attr/current > /tmp/hook").args("cat", "/tmp/hook");
        assertEquals(PROFILE + " (enforce)\n", box.run(bundle).ok().out());
    }

    @Test
    void aProfileThatIsNotLoadedIsAnError(Sandbox box) {
        assumeTrue(isEnabled(), "needs a kernel with AppArmor");
        box.run(box.bundle().set("/process/apparmorProfile", "jrunc-no-such-profile"))
                .failsWith("apparmor failed to apply profile: ", "attr/");
    }

    @Test
    void aKernelWithoutAppArmorIsAnError(Sandbox box) {
        assumeFalse(isEnabled(), "needs a kernel without AppArmor");
        Needs.jrunc(box, "the peers have other words for it");
        box.run(box.bundle().set("/process/apparmorProfile", "acme")).failsWith(
                "apparmor: config provided but apparmor not supported: /process/apparmorProfile is \\\"acme\\\"");
    }

    @Test
    void anEmptyNameIsNone(Sandbox box) {
        box.run(box.bundle().set("/process/apparmorProfile", "").args("true")).ok();
    }
}
