package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where cgroupsPath leads. The rows for v1 are what runc 1.1.5 does on a hybrid host. */
class CgroupPathsTest {

    private static String directory(String root, String own, boolean onlyV2, String path) {
        Hierarchy hierarchy = new Hierarchy(onlyV2 ? List.of() : List.of("pids"), "/cg", root, own);
        return CgroupPaths.directory(hierarchy, onlyV2, Optional.ofNullable(path), "id");
    }

    @ParameterizedTest
    @CsvSource({
        // own, cgroupsPath, directory
        "/,, /cg/id",
        "/own,, /cg/own/id",
        "/own, '', /cg/own/id",
        "/own, rel/y, /cg/own/rel/y",
        "/own, ./rel//y/, /cg/own/rel/y",
        "/own, /abs/x, /cg/abs/x",
        "/own, ../up/../../z, /cg/own/z",
        "/own, /../abs, /cg/abs",
        "/own, /a/../../../b/., /cg/b",
        "/own, a b:c, /cg/own/a b:c",
        "/own, ..a, /cg/own/..a",
    })
    void mapsPathsOnV1AsRunc(String own, String path, String expected) {
        assertEquals(expected, directory("/", own, false, path));
    }

    @ParameterizedTest
    @CsvSource({
        "/,, /cg/id",
        "/user.slice/session.scope,, /cg/user.slice/id",
        "/top,, /cg/id",
        "/user.slice/session.scope, rel, /cg/user.slice/rel",
        "/user.slice/session.scope, ../rel, /cg/user.slice/rel",
        "/user.slice/session.scope, /abs/x, /cg/abs/x",
    })
    void mapsPathsOnV2BesideTheOwnCgroup(String own, String path, String expected) {
        assertEquals(expected, directory("/", own, true, path));
    }

    @ParameterizedTest
    @CsvSource({
        "/docker/1, /docker/1, x, /cg/x",
        "/docker/1, /docker/1/sub, x, /cg/sub/x",
        "/docker/1, /docker/12/sub, x, /cg/x",
        "/docker/1, /elsewhere, x, /cg/x",
        "/docker/1, /docker/1/sub, /x, /cg/x",
        "/, /../../other, x, /cg/other/x",
    })
    void leavesOutWhatTheMountDoesNotShow(String root, String own, String path, String expected) {
        assertEquals(expected, directory(root, own, false, path));
    }

    @ParameterizedTest
    @CsvSource({"/", "/..", ".", "..", "a/..", "//"})
    void refusesPathsThatNameNoCgroupOfItsOwn(String path) {
        assertTrue(assertThrows(RuntimeFailure.class, () -> directory("/", "/own", false, path)).getMessage()
                .contains("linux.cgroupsPath \"" + path + "\""));
    }

    @Test
    void knowsTheRootAsMountPoint() {
        assertEquals("/id", CgroupPaths.directory(new Hierarchy(List.of(), "/", "/", "/"), true, Optional.empty(),
                "id"));
    }
}
