package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.Sandbox;

/** {@code process.user} (config.md, User). */
class ProcessUserTest {

    @EachRuntime
    void theIdsAndGroupsAreAsConfigured(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/user", Map.of("uid", 1000, "gid", 1001, "additionalGids",
                List.of(7, 50))).sh("grep -E '^(Uid|Gid|Groups)' /proc/self/status");
        assertEquals("Uid:\t1000\t1000\t1000\t1000\nGid:\t1001\t1001\t1001\t1001\nGroups:\t7 50 \n",
                box.run(bundle).ok().out());
    }

    @EachRuntime
    void theCallersGroupsAreNotTheContainers(Sandbox box) {
        Container container = box.container(box.bundle().sh("grep ^Groups /proc/self/status | cut -f2"));
        Invocation run = container.invocation("run").prefixedWith("setpriv", "--groups=4,24", "--");
        assertEquals("", run.run().ok().out().strip());
    }

    @EachRuntime
    void theUmaskIsAsConfigured(Sandbox box) {
        assertEquals("0027\n", box.run(box.bundle().set("/process/user/umask", 027).sh("umask")).ok().out());
    }
}
