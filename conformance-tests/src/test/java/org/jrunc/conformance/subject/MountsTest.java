package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** {@code mounts}: all of them, in their order, with their options (config.md, Mounts). */
class MountsTest {

    @EachRuntime
    void eachIsMadeInItsOrder(Sandbox box) {
        Path source = box.newDirectory();
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "first").mount("/mnt/second", "tmpfs", "second")
                .bind(source, "/mnt/second/third").mount("/opt", "tmpfs", "below").mount("/opt", "tmpfs", "above")
                .sh("awk '{print $5, $(NF-1)}' /proc/self/mountinfo | grep -E '^/(mnt|opt)'");
        List<String> lines = box.run(bundle).ok().outLines();
        assertEquals(List.of("/mnt first", "/mnt/second second"), lines.subList(0, 2));
        assertTrue(lines.get(2).startsWith("/mnt/second/third "), lines::toString);
        assertEquals(List.of("/opt below", "/opt above"), lines.subList(3, 5));
    }

    @EachRuntime
    void theOptionsAreInForce(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "options", "nosuid", "nodev", "noexec", "ro", "size=1024k",
                "mode=711").sh("grep ' /mnt ' /proc/self/mountinfo; stat -c %a /mnt");
        String out = box.run(bundle).ok().out();
        for (String option : List.of("nosuid", "nodev", "noexec", "ro,", "size=1024k", "\n711\n")) {
            assertTrue(out.contains(option), () -> option + " in " + out);
        }
    }

    @EachRuntime
    void aBindMountIsTheSameFileOrDirectory(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("in"), "from the host\n");
        Bundle bundle = box.bundle().bind(source, "/mnt", "rw").bind(source.resolve("in"), "/etc/in")
                .sh("cat /mnt/in /etc/in; echo back > /mnt/out");
        assertEquals("from the host\nfrom the host\n", box.run(bundle).ok().out());
        assertEquals("back\n", Files.readString(source.resolve("out")));
    }

    @EachRuntime
    void aSourceThatIsNotThereIsAnError(Sandbox box) {
        try (Container container = box.container(box.bundle().idle().bind(Path.of("/no/such/source"), "/mnt"))) {
            container.create().refused();
        }
    }
}
