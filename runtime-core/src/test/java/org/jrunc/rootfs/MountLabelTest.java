package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Mount;
import org.junit.jupiter.api.Test;

/** {@code linux.mountLabel} as it is told the kernel; by the calls, since most hosts have no SELinux. */
class MountLabelTest {

    private static final String LABEL = "system_u:object_r:container_file_t:s0:c1,c2";

    private final RecordingKernel kernel = new RecordingKernel();
    private final TestContainer.SpecBuilder spec = new TestContainer.SpecBuilder();

    private List<String> callsOf(String type, String... options) {
        spec.mountLabel = Optional.of(LABEL);
        spec.mounts.add(new Mount("/there", Optional.of(type), Optional.of("source"), List.of(options), List.of(),
                List.of()));
        Rootfs rootfs = new Rootfs(kernel, new RootfsPlan(spec.build("rootfs"), "/b", "/b/rootfs", false, true, false),
                MountSources.NONE, RuntimeLog.NONE);
        rootfs.prepare();
        rootfs.mountAll();
        List<String> calls = new ArrayList<>();
        for (String line : kernel.lines()) {
            if (line.contains(LABEL) || line.startsWith("fsetxattr")) {
                calls.add(line.replaceAll("\\d+<", "<"));
            }
        }
        return calls;
    }

    @Test
    void aFileSystemGetsItAsAnOption() {
        assertEquals(List.of("fsconfig(<tmpfs>, 1, \"context\", \"" + LABEL + "\", 0)"), callsOf("tmpfs", "mode=755"));
    }

    @Test
    void mount2GetsItInQuotes() {
        spec.mountLabel = Optional.of(LABEL);
        // Else the comma of the label would end it there.
        assertEquals(List.of("mode=755", "context=\"" + LABEL + '"'),
                MountLabel.of(spec.build("rootfs")).added("tmpfs", List.of("mode=755")));
    }

    @Test
    void whatTheKernelLabelsIsLeftToIt() {
        assertEquals(List.of(), callsOf("proc"));
        assertEquals(List.of(), callsOf("sysfs"));
        assertEquals(List.of(), callsOf("bind", "bind"));
    }

    @Test
    void theRootOfAnMqueueIsLabelledAfterwards() {
        List<String> calls = callsOf("mqueue");
        assertEquals(1, calls.size(), calls::toString);
        assertEquals("fsetxattr(<mqueue", calls.getFirst().substring(0, 17));
        assertEquals(true, calls.getFirst().contains("\"security.selinux\""), calls::toString);
    }

    @Test
    void anOptionOfTheMountItselfWins() {
        assertEquals(List.of(), callsOf("tmpfs", "context=\"other\""));
    }

    @Test
    void theAnnotationOfCrunChoosesTheOption() {
        spec.annotations = Map.of(MountLabel.CONTEXT_TYPE, "rootcontext");
        assertEquals(List.of("fsconfig(<tmpfs>, 1, \"rootcontext\", \"" + LABEL + "\", 0)"), callsOf("tmpfs"));
        spec.annotations = Map.of(MountLabel.CONTEXT_TYPE, "subcontext");
        assertEquals("invalid context type \"subcontext\": /annotations/run.oci.mount_context_type is one of context,"
                + " fscontext, defcontext, rootcontext",
                assertThrows(RuntimeFailure.class, () -> callsOf("tmpfs")).getMessage());
    }

    @Test
    void theTmpfsOfMaskedDirectoriesHasIt() {
        spec.masked.add("/proc/secret");
        spec.mountLabel = Optional.of(LABEL);
        Rootfs rootfs = new Rootfs(kernel, new RootfsPlan(spec.build("rootfs"), "/b", "/b/rootfs", false, true, false),
                MountSources.NONE, RuntimeLog.NONE);
        rootfs.prepare();
        rootfs.finish();
        assertEquals(1, kernel.lines().stream().filter(line -> line.contains("\"context\", \"" + LABEL)).count());
    }
}
