package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.intelRdt}: real where resctrl is mounted, an error elsewhere; its rules are in the unit tests. */
@ExtendWith(NothingLeftExtension.class)
class IntelRdtTest {

    private static final Path RESCTRL = Path.of("/sys/fs/resctrl");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void aGroupOfItsOwnComesAndGoesWithTheContainer(Sandbox box) {
        Needs.file(RESCTRL + "/schemata");
        Path group;
        try (Container container = box.container(box.bundle().set("/linux/intelRdt", Map.of()).idle()).started()) {
            group = RESCTRL.resolve(container.id());
            assertTrue(Shell.sh("cat " + group + "/tasks").contains(Long.toString(container.init().pid())));
        }
        assertFalse(Files.exists(group));
    }

    @Test
    void isAnErrorWhereResctrlIsNotMounted(Sandbox box) {
        assumeFalse(Files.exists(RESCTRL.resolve("schemata")), "needs a host without resctrl");
        Needs.jrunc(box, "the releases beside it ignore it");
        box.run(box.bundle().set("/linux/intelRdt", Map.of("closID", "gold"))).failsWith(
                "intelRdt is specified in config, but Intel RDT is not enabled", "/linux/intelRdt");
    }
}
