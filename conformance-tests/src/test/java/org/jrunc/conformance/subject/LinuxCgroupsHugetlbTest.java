package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;

/** {@code linux.resources.hugepageLimits}. */
class LinuxCgroupsHugetlbTest {

    @EachRuntime
    void theLimitIsSet(Cgroups.At at, Sandbox box) {
        Needs.file("/sys/kernel/mm/hugepages/hugepages-2048kB");
        Bundle bundle = Cgroups.asking(box, "hugepageLimits", List.of(Map.of("pageSize", "2MB", "limit", 41943040)));
        try (var _ = Cgroups.Mounted.of("hugetlb");
                Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("41943040", Cgroups.limit(container, "hugetlb", "hugetlb.2MB.limit_in_bytes",
                    "hugetlb.2MB.max"));
        }
    }

    @EachRuntime
    void aPageSizeThatTheMachineDoesNotHaveIsAnError(Sandbox box) {
        try (var _ = Cgroups.Mounted.of("hugetlb");
                Container container = box.container(Cgroups.asking(box, "hugepageLimits",
                        List.of(Map.of("pageSize", "3MB", "limit", 3145728))))) {
            container.create().refused();
        }
    }
}
