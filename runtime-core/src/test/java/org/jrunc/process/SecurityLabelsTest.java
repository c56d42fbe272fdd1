package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

/** What is asked of the kernel; the effect is seen in the conformance tests, on hosts that have AppArmor. */
class SecurityLabelsTest {

    private static final String LABEL = "system_u:system_r:container_t:s0:c1,c2";
    private static final String APPARMOR = "/sys/module/apparmor/parameters/enabled";

    private final RecordingKernel host = new RecordingKernel().content(APPARMOR, "Y\n")
            .fileSystem("/sys/fs/selinux", StatFs.SELINUX_MAGIC);
    private final RecordingKernel process = new RecordingKernel();

    private static SecurityLabels labels(RecordingKernel host, String profile, String label) {
        return new SecurityLabels(host, Optional.of(profile), Optional.of(label));
    }

    /** Opened files and what was written, without descriptors. */
    private List<String> writes() {
        List<String> found = new ArrayList<>();
        for (String line : process.lines()) {
            if (line.startsWith("fsopen") || line.startsWith("openat") || line.startsWith("write")) {
                found.add(line.replaceAll("\\d+<", "<").replaceAll(" = \\d+$", ""));
            }
        }
        return found;
    }

    @Test
    void theProfileIsWrittenThroughAPrivateProcfs() {
        labels(host, "docker-default", "").setForExec(process);
        assertEquals(List.of("fsopen(\"proc\", 1)",
                "openat2(<proc>, \"thread-self/attr/apparmor/exec\", {flags=0xa0001, resolve=0xb}, 24)",
                "write(<proc/thread-self/attr/apparmor/exec>, \"exec docker-default\", 19)"), writes());
    }

    @Test
    void olderKernelsHaveOneAttributeForAllModules() {
        process.answer(Syscall.OPENAT2, "attr/apparmor/exec", -Errno.ENOENT);
        labels(host, "docker-default", "").setForExec(process);
        assertEquals("write(<proc/thread-self/attr/exec>, \"exec docker-default\", 19)", writes().getLast());
    }

    @Test
    void aProfileThatIsNotLoadedIsNamed() {
        process.answer(Syscall.WRITE, "", -Errno.ENOENT);
        assertEquals("unable to apply apparmor profile: apparmor failed to apply profile: write to file"
                + " `/proc/thread-self/attr/apparmor/exec`: ENOENT: /process/apparmorProfile is \"acme\", and no profile"
                + " of this name is loaded: load it with apparmor_parser(8)",
                assertThrows(RuntimeFailure.class, () -> labels(host, "acme", "").setForExec(process)).getMessage());
    }

    @Test
    void theSelinuxLabelIsThatOfTheNextProgramAndOfKeys() {
        SecurityLabels labels = labels(host, "", LABEL);
        labels.labelKeys(process);
        labels.endLabellingKeys(process);
        labels.setForExec(process);
        List<String> writes = writes();
        writes.removeIf(line -> !line.startsWith("write"));
        assertEquals(List.of("write(<proc/thread-self/attr/keycreate>, \"" + LABEL + "\", 38)",
                "write(<proc/thread-self/attr/keycreate>, \"\", 0)",
                "write(<proc/thread-self/attr/exec>, \"" + LABEL + "\", 38)"), writes);
    }

    @Test
    void aLabelThatThePolicyDoesNotKnowIsNamed() {
        process.answer(Syscall.WRITE, "", -Errno.EINVAL);
        assertEquals("can't set process label: write to file `/proc/thread-self/attr/exec`: EINVAL:"
                + " /process/selinuxLabel is \"nonsense\", which the loaded policy does not know",
                assertThrows(RuntimeFailure.class, () -> labels(host, "", "nonsense").setForExec(process))
                        .getMessage());
    }

    @Test
    void withoutEitherNothingIsDone() {
        SecurityLabels none = labels(new RecordingKernel(), "", "");
        none.labelKeys(process);
        none.setForExec(process);
        assertEquals(List.of(), process.lines());
    }

    @Test
    void aKernelWithoutTheModuleIsAnErrorBeforeAnythingHappens() {
        for (String enabled : List.of("N\n", "")) {
            RecordingKernel without = new RecordingKernel().content(APPARMOR, enabled);
            assertEquals("unable to apply apparmor profile: apparmor: config provided but apparmor not supported:"
                    + " /process/apparmorProfile is \"acme\", and AppArmor is not enabled in this kernel (" + APPARMOR
                    + " is not Y)",
                    assertThrows(RuntimeFailure.class, () -> labels(without, "acme", "")).getMessage());
        }
        RecordingKernel without = new RecordingKernel().fileSystem("/sys/fs/selinux", StatFs.SYSFS_MAGIC);
        assertEquals("selinux label is specified in config, but selinux is disabled or not supported:"
                + " /process/selinuxLabel is \"" + LABEL + "\", and no writable selinuxfs is on /sys/fs/selinux",
                assertThrows(RuntimeFailure.class, () -> labels(without, "", LABEL)).getMessage());
    }

    /** Whatever the kernel has: the attribute is found, or is said to be missing, by a real process. */
    @Test
    void aRealProcessReachesItsOwnAttributes() {
        TestSpec.requireRoot();
        Agent agent = Agent.spawn(new LibcKernel(), "jrunc-test");
        try {
            RuntimeFailure e = assertThrows(RuntimeFailure.class,
                    () -> labels(host, "jrunc-no-such-profile", "").setForExec(agent.kernel()));
            assertTrue(e.getMessage().contains("/proc/thread-self/attr/"), e.getMessage());
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }
}
