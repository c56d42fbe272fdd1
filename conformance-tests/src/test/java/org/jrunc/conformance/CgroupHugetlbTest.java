package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.hugepageLimits}, beside what {@code subject.LinuxCgroupsHugetlbTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupHugetlbTest {

    @AutoClose
    private static Cgroups.Mounted mounted;

    @BeforeAll
    static void needs() {
        Needs.root();
        mounted = Cgroups.Mounted.of("hugetlb");
        Needs.controller("hugetlb");
    }

    @ParameterizedTest
    @EnumSource
    void theLimitOfReservedPagesIsSet(Cgroups.At at, Sandbox box) {
        Needs.jrunc(box, "the peers set the limit of used pages only");
        Needs.file("/sys/kernel/mm/hugepages/hugepages-2048kB");
        Bundle bundle = Cgroups.asking(box, "hugepageLimits", List.of(Map.of("pageSize", "2MB", "limit", 41943040)));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            String name = Cgroups.areUnified() ? "max" : "limit_in_bytes";
            assertEquals("41943040", Cgroups.file(container, "hugetlb", "hugetlb.2MB.rsvd." + name));
        }
    }

    @Test
    void refusesAPageSizeThatTheMachineDoesNotHave(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "hugepageLimits", List.of(Map.of("pageSize", "3MB", "limit", 3145728)))
                .failsWith("/linux/resources/hugepageLimits/0/pageSize: this host has no huge pages of 3MB");
    }
}
