package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateJsonTest {
    private static final State RUNNING = new State("1.3.0", "c1", "running", 42, "/b", "/b/rootfs",
            "2026-01-02T03:04:05.123456789Z", Map.of("z", "1", "a", "x/y"));
    private static final State PLAIN = new State("1.3.0", "c2", "stopped", 0, "/b", "/b/rootfs", "", Map.of());

    @Test
    void stateIsIndentedByTwoAndEndsWithoutANewline() {
        assertEquals("""
                {
                  "ociVersion": "1.3.0",
                  "id": "c1",
                  "pid": 42,
                  "status": "running",
                  "bundle": "/b",
                  "rootfs": "/b/rootfs",
                  "created": "2026-01-02T03:04:05.123456789Z",
                  "annotations": {
                    "a": "x/y",
                    "z": "1"
                  },
                  "owner": ""
                }""", StateJson.state(RUNNING));
    }

    @Test
    void stateWithoutAnnotationsLeavesThemOutAndKeepsPidZero() {
        assertEquals("""
                {
                  "ociVersion": "1.3.0",
                  "id": "c2",
                  "pid": 0,
                  "status": "stopped",
                  "bundle": "/b",
                  "rootfs": "/b/rootfs",
                  "created": "0001-01-01T00:00:00Z",
                  "owner": ""
                }""", StateJson.state(PLAIN));
    }

    @Test
    void listIsOneLine() {
        assertEquals("[{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":42,\"status\":\"running\",\"bundle\":\"/b\","
                + "\"rootfs\":\"/b/rootfs\",\"created\":\"2026-01-02T03:04:05.123456789Z\",\"annotations\":"
                + "{\"a\":\"x/y\",\"z\":\"1\"},\"owner\":\"root\"},{\"ociVersion\":\"1.3.0\",\"id\":\"c2\",\"pid\":0,"
                + "\"status\":\"stopped\",\"bundle\":\"/b\",\"rootfs\":\"/b/rootfs\",\"created\":"
                + "\"0001-01-01T00:00:00Z\",\"owner\":\"#1000\"}]",
                StateJson.list(List.of(new StateJson.Owned(RUNNING, "root"), new StateJson.Owned(PLAIN, "#1000"))));
    }

    @Test
    void anEmptyListIsNull() {
        assertEquals("null", StateJson.list(List.of()));
    }

    @Test
    void aHookGetsOnlyWhatTheSpecificationKnows() {
        assertEquals("{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"creating\",\"pid\":7,\"bundle\":\"/b\","
                + "\"annotations\":{\"a\":\"x/y\",\"z\":\"1\"}}", StateJson.hook(RUNNING, "creating", 7));
        assertEquals("{\"ociVersion\":\"1.3.0\",\"id\":\"c2\",\"status\":\"stopped\",\"bundle\":\"/b\"}",
                StateJson.hook(PLAIN, "stopped", 0));
    }
}
