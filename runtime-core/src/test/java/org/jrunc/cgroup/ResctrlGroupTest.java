package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IntelRdt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tree of plain files that looks like a resctrl file system: few hosts have the hardware. */
class ResctrlGroupTest {

    private static final String L3 = "L3:0=7f0;1=1f";
    private static final String MB = "MB:0=20;1=70";

    @TempDir
    Path root;

    @BeforeEach
    void makeTree() throws IOException {
        for (String directory : List.of("info/L3", "info/MB", "mon_groups")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.writeString(root.resolve("info/last_cmd_status"), "ok\n");
    }

    private static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private ResctrlGroup group(String closId, String l3, String mb, boolean monitoring, String... schemata) {
        return new ResctrlGroup(root.toString(),
                new IntelRdt(given(closId), List.of(schemata), given(l3), given(mb), monitoring), "box");
    }

    private String content(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    private static void fails(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(message, assertThrows(RuntimeFailure.class, action).getMessage());
    }

    @Test
    void aGroupOfItsOwnIsNamedAfterTheContainerAndGoesWithIt() throws IOException {
        ResctrlGroup group = group("", L3, "", false);
        assertEquals(List.of(root + "/box"), group.own());
        assertEquals(Optional.empty(), group.shared());
        group.create();
        group.add(4711);
        assertEquals(L3 + "\n", content("box/schemata"));
        assertEquals("4711", content("box/tasks"));
        // In resctrl the files go with the directory.
        Files.delete(root.resolve("box/schemata"));
        Files.delete(root.resolve("box/tasks"));
        ResctrlGroup.remove(group.own());
        assertFalse(Files.exists(root.resolve("box")));
    }

    @Test
    void aClassOfServiceIsSharedAndStays() {
        ResctrlGroup group = group("gold", L3, MB, false);
        assertEquals(List.of(), group.own());
        assertEquals(Optional.of(root + "/gold"), group.shared());
        group.create();
        assertEquals(Optional.empty(), group.shared());
        assertEquals(root + "/gold", group.path());
    }

    @Test
    void aClassMadeByACreateThatFailsGoesUnlessSomebodyUsesItMeanwhile() throws IOException {
        Files.createDirectories(root.resolve("gold"));
        Files.createDirectories(root.resolve("silver"));
        Files.writeString(root.resolve("silver/tasks"), "1\n");
        ResctrlGroup.removeUnused(List.of(root + "/gold", root + "/silver"));
        assertFalse(Files.exists(root.resolve("gold")));
        assertTrue(Files.exists(root.resolve("silver")));
    }

    @Test
    void schemataAreWrittenTogetherAndInOrder() throws IOException {
        group("", L3, MB, false, "L2:0=ff", "SMBA:0=10").create();
        assertEquals(L3 + "\n" + MB + "\nL2:0=ff\nSMBA:0=10\n", content("box/schemata"));
    }

    @Test
    void bandwidthInTheCacheSchemaGivesWayToTheBandwidthSchema() throws IOException {
        group("", "MB:0=99\n" + L3, MB, false).create();
        assertEquals(L3 + "\n" + MB + "\n", content("box/schemata"));
        group("", "MB:0=99\n" + L3, "", false).create();
        assertEquals("MB:0=99\n" + L3 + "\n", content("box/schemata"));
    }

    @Test
    void withoutSchemataNothingIsWrittenAndTheClassMustBeThere() throws IOException {
        fails("clos dir not accessible (must be pre-created when l3CacheSchema and memBwSchema are empty):"
                + " /linux/intelRdt/closID: there is no directory " + root + "/gold", () -> group("gold", "", "", false));
        Files.createDirectories(root.resolve("gold"));
        group("gold", "", "", false).create();
        assertFalse(Files.exists(root.resolve("gold/schemata")));
        assertEquals(root.toString(), group("/", "", "", false).path());
    }

    @Test
    void aMonitoringGroupIsTheContainersAlsoInASharedClass() throws IOException {
        Files.createDirectories(root.resolve("gold/mon_groups"));
        ResctrlGroup group = group("gold", "", "", true);
        assertEquals(List.of(root + "/gold/mon_groups/box"), group.own());
        group.create();
        group.add(4711);
        assertEquals("4711", content("gold/tasks"));
        assertEquals("4711", content("gold/mon_groups/box/tasks"));
        Files.createDirectories(root.resolve("mon_groups"));
        assertEquals(root + "/mon_groups/box", group("/", "", "", true).own().getFirst());
    }

    @Test
    void whatTheHostCanNotDoIsNamed() throws IOException {
        fails("intelRdt is specified in config, but Intel RDT is not enabled: /linux/intelRdt: no resctrl file system is"
                + " mounted (mount -t resctrl resctrl /sys/fs/resctrl does it, if the CPU has RDT or AMD's equivalent,"
                + " and the kernel CONFIG_X86_CPU_RESCTRL)", () -> new ResctrlGroup("",
                        new IntelRdt(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), false), "box"));
        Files.delete(root.resolve("info/L3"));
        fails("intelRdt.l3CacheSchema is specified in config, but Intel RDT/CAT is not enabled:"
                + " /linux/intelRdt/l3CacheSchema: " + root + "/info has no L3", () -> group("", L3, "", false));
        Files.delete(root.resolve("info/MB"));
        fails("intelRdt.memBwSchema is specified in config, but Intel RDT/MBA is not enabled:"
                + " /linux/intelRdt/memBwSchema: " + root + "/info has no MB", () -> group("", "", MB, false));
        Files.delete(root.resolve("mon_groups"));
        fails("intelRdt.enableMonitoring is specified in config, but Intel RDT/monitoring is not enabled:"
                + " /linux/intelRdt/enableMonitoring: " + root + " has no mon_groups", () -> group("", "", "", true));
    }

    @Test
    void whatTheKernelSaysIsPassedOn() throws IOException {
        Files.writeString(root.resolve("info/last_cmd_status"), "Mask out of range\n");
        Files.createDirectories(root.resolve("box/schemata"));
        String message = assertThrows(RuntimeFailure.class, () -> group("", L3, "", false).create()).getMessage();
        assertTrue(message.startsWith("unable to set schemata \"" + L3 + "\": /linux/intelRdt: openat("), message);
        assertTrue(message.endsWith(" (last_cmd_status: Mask out of range)"), message);
    }
}
