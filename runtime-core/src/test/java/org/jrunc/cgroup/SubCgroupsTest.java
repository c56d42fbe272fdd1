package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubCgroupsTest {

    private static final Map<String, String> V1 = Map.of("cpu", "/c/cpu/x", "memory", "/c/mem/x", "net_cls", "/c/net/x",
            "net_prio", "/c/net/x");

    private static Map<String, String> below(Map<String, String> container, String... arguments) {
        return SubCgroups.parse(List.of(arguments)).below(container);
    }

    @Test
    void withoutTheFlagItIsTheContainersCgroup() {
        assertTrue(SubCgroups.parse(List.of()).isEmpty());
        assertEquals(V1, below(V1));
    }

    @Test
    void aBarePathIsForAllControllers() {
        assertEquals(Map.of("", "/c/x/a/b"), below(Map.of("", "/c/x"), "a//b/"));
        assertEquals("/c/cpu/x/a", below(V1, "/a").get("cpu"));
        assertEquals("/c/net/x/a", below(V1, "/a").get("net_prio"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", ".", "a/.."})
    void theTopIsTheContainersCgroup(String path) {
        assertEquals(Map.of("", "/c/x"), below(Map.of("", "/c/x"), path));
    }

    @Test
    void controllersHaveTheirOwnPaths() {
        Map<String, String> paths = below(V1, "cpu,memory:a", "net_cls:b");
        assertEquals(List.of("/c/cpu/x/a", "/c/mem/x/a"), List.of(paths.get("cpu"), paths.get("memory")));
        // One hierarchy: the process can not be in two places of it.
        assertEquals(List.of("/c/net/x/b", "/c/net/x/b"), List.of(paths.get("net_cls"), paths.get("net_prio")));
    }

    @Test
    void theEmptyUnifiedHierarchyBesideV1IsOnlyEnteredWhereThereIsSuchACgroup(@TempDir Path unified) throws Exception {
        Map<String, String> hybrid = Map.of("cpu", "/c/cpu/x", "", unified.toString());
        assertEquals(unified.toString(), below(hybrid, "a").get(""));
        Files.createDirectory(unified.resolve("a"));
        assertEquals(unified + "/a", below(hybrid, "a").get(""));
    }

    @ParameterizedTest
    @CsvSource({"../x, bad sub cgroup path: ../x", "a/../../x, bad sub cgroup path: a/../../x",
        "cpu:.., bad sub cgroup path: ..", "foo:a, unknown controller foo in SubCgroupPaths",
        "a:b:c, invalid --cgroup argument: a:b:c", "'cpu,cpu:a', controller cpu specified multiple times"})
    void whatLeadsOutOrIsUnknownIsRefused(String argument, String text) {
        String message = assertThrows(RuntimeFailure.class, () -> below(V1, argument)).getMessage();
        assertTrue(message.contains(text), message);
    }

    @Test
    void severalPathsNeedControllersAndNoContradictions() {
        assertTrue(assertThrows(RuntimeFailure.class, () -> below(V1, "cpu:a", "b")).getMessage()
                .contains("b (missing <controller>: prefix)"));
        assertThrows(RuntimeFailure.class, () -> below(V1, "net_cls:a", "net_prio:b"));
    }

    @Test
    void findsWhereAProcessIsInTheUnifiedHierarchy() {
        int self = (int) ProcessHandle.current().pid();
        if (CgroupHost.current().v2().isPresent()) {
            assertTrue(Files.isDirectory(Path.of(SubCgroups.unifiedOf(self).orElseThrow())));
        } else {
            assertTrue(SubCgroups.unifiedOf(self).isEmpty());
        }
    }
}
