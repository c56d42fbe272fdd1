package org.jrunc.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SELinux labels where the kernel has no SELinux: an error, as the specification wants it of what can not be applied.
 * What is written where it has one is in the unit tests.
 */
@ExtendWith(NothingLeftExtension.class)
class SelinuxTest {

    private static final String LABEL = "system_u:system_r:container_t:s0:c715,c811";

    @BeforeEach
    void needs() {
        Needs.root();
        assumeFalse(Files.exists(Path.of("/sys/fs/selinux/enforce")), "needs a kernel without SELinux");
    }

    @Test
    void aLabelOfTheProcessIsAnError(Sandbox box) {
        Needs.jrunc(box, "crun has other words for it");
        box.run(box.bundle().set("/process/selinuxLabel", LABEL)).failsWith(
                "selinux label is specified in config, but selinux is disabled or not supported",
                "/process/selinuxLabel");
    }

    @Test
    void aLabelOfMountsIsAnError(Sandbox box) {
        Needs.jrunc(box, "runc lets a mount fail, crun ignores it");
        box.run(box.bundle().set("/linux/mountLabel", LABEL)).failsWith(
                "selinux label is specified in config, but selinux is disabled or not supported", "/linux/mountLabel");
    }

    @Test
    void emptyLabelsAreNone(Sandbox box) {
        box.run(box.bundle().set("/process/selinuxLabel", "").set("/linux/mountLabel", "").args("true")).ok();
    }
}
