package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.kernel.Bpf;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.DeviceCgroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Device programs of a real cgroup of v2; a hybrid host's will do, for they need no controller. */
class DeviceFilterTest {

    private static final DeviceCgroup DENY_ALL = rule(false, "a", -1, -1, "rwm");
    private static final DeviceCgroup ALLOW_ALL = rule(true, "a", -1, -1, "rwm");

    private final Kernel kernel = new LibcKernel();
    private File directory;

    private static DeviceCgroup rule(boolean allow, String type, long major, long minor, String access) {
        return new DeviceCgroup(allow, Optional.of(type), OptionalLong.of(major), OptionalLong.of(minor),
                Optional.of(access));
    }

    @BeforeEach
    void cgroup() {
        Optional<Hierarchy> v2 = CgroupHost.current().v2();
        assumeTrue(v2.isPresent(), "needs cgroup v2 mounted");
        directory = new File(v2.get().mountPoint(), "jrunc-devices-" + ProcessHandle.current().pid());
        assumeTrue(directory.mkdir(), "needs the right to make cgroups");
        try {
            query();
        } catch (KernelException e) {
            directory.delete();
            assumeTrue(false, "needs bpf(2) for cgroups: " + e.getMessage());
        }
    }

    @AfterEach
    void remove() {
        if (directory != null && directory.exists()) {
            assertTrue(new CgroupDirectory(directory.getPath()).tryRemove());
        }
    }

    private void set(DeviceCgroup... rules) {
        new DeviceFilter(kernel, directory.getPath()).set(List.of(rules));
    }

    private int[] query() {
        int cgroup = kernel.openat(Kernel.AT_FDCWD, directory.getPath(), OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC,
                0);
        try {
            return Bpf.query(kernel, cgroup, Bpf.BPF_CGROUP_DEVICE).ids();
        } finally {
            kernel.close(cgroup);
        }
    }

    /** Whether a process of the cgroup can open a device. */
    private boolean opens(String redirection) throws Exception {
        return new ProcessBuilder("sh", "-c", "echo $$ > " + directory + "/cgroup.procs && : " + redirection)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    @Test
    void theKernelTakesTheProgramAndEnforcesIt() throws Exception {
        set(DENY_ALL);
        assertEquals(1, query().length);
        assertTrue(opens("< /dev/null > /dev/null"));
        assertFalse(opens("< /dev/kmsg"));
        set(DENY_ALL, rule(true, "c", 1, 11, "r"));
        assertTrue(opens("< /dev/kmsg"));
        assertFalse(opens("> /dev/kmsg"));
    }

    @Test
    void aNewProgramTakesThePlaceOfTheOldOne() throws Exception {
        set(DENY_ALL);
        int first = query()[0];
        set(ALLOW_ALL, rule(false, "c", 1, 11, "w"));
        int[] now = query();
        assertEquals(1, now.length);
        assertNotEquals(first, now[0]);
        assertTrue(opens("< /dev/kmsg"));
        for (int i = 0; i < 100; i++) {
            set(DENY_ALL);
        }
        assertEquals(1, query().length);
        set(ALLOW_ALL);
        assertTrue(opens("< /dev/kmsg"));
    }

    @Test
    void severalProgramsOfSomebodyElseBecomeOne() throws Exception {
        attachDenial(Bpf.BPF_F_ALLOW_MULTI);
        attachDenial(Bpf.BPF_F_ALLOW_MULTI);
        assertEquals(2, query().length);
        set(DENY_ALL, rule(true, "c", 1, 11, "r"));
        assertEquals(1, query().length);
        assertTrue(opens("< /dev/kmsg"));
    }

    @Test
    void aProgramThatToleratesNoOthersIsReplaced() throws Exception {
        attachDenial(0);
        set(DENY_ALL, rule(true, "c", 1, 11, "r"));
        assertEquals(1, query().length);
        assertTrue(opens("< /dev/kmsg"));
    }

    private void attachDenial(int flags) {
        int cgroup = kernel.openat(Kernel.AT_FDCWD, directory.getPath(), OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC,
                0);
        int program = Bpf.load(kernel, Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, new BpfCode().set(0, 0).exit().bytes(), "no");
        Bpf.attach(kernel, cgroup, program, Bpf.BPF_CGROUP_DEVICE, flags, 0);
        kernel.close(program);
        kernel.close(cgroup);
    }

    @Test
    void everythingAllowedIsNoProgram() {
        set(DENY_ALL, ALLOW_ALL);
        assertEquals(0, query().length);
    }

    @Test
    void thousandsOfRulesAreTaken() throws Exception {
        set(many(4000));
        assertEquals(1, query().length);
        assertTrue(opens("< /dev/null"));
        assertFalse(opens("< /dev/kmsg"));
    }

    @Test
    void tooManyRulesAreRefused() {
        String text = assertThrows(RuntimeFailure.class, () -> set(many(5000))).getMessage();
        assertTrue(text.contains("/linux/resources/devices: ") && text.contains("5011 rules are more than"), text);
        assertEquals(0, query().length);
    }

    /** Different ones, with all kinds of access, so that the verifier can not say they are the same. */
    private static DeviceCgroup[] many(int count) {
        String[] access = {"r", "w", "m", "rw", "rm", "wm", "rwm"};
        List<DeviceCgroup> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(rule(i % 3 != 0, i % 2 == 0 ? "b" : "c", 200 + i / 100, i % 10 == 0 ? -1 : i, access[i % 7]));
        }
        return rules.toArray(new DeviceCgroup[0]);
    }

    @Test
    void aCgroupThatIsNotThereIsNamed() {
        KernelException e = assertThrows(KernelException.class,
                () -> new DeviceFilter(kernel, directory + "-none").set(List.of(DENY_ALL)));
        String text = DeviceFilter.refused(directory + "-none", e).getMessage();
        assertTrue(text.contains("/linux/resources/devices: open") && text.endsWith(": ENOENT"), text);
    }
}
