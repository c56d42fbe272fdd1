package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-b_c+d.e", "-x", "...", "0123456789abcdef"})
    void takesWhatRuncTakes(String id) {
        assertEquals(id, ContainerId.check(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "../x", "a/b", "a b", "ä", "a\u0000b", "a\nb"})
    void refusesWhatCouldLeadElsewhere(String id) {
        String message = assertThrows(RuntimeFailure.class, () -> ContainerId.check(id)).getMessage();
        assertTrue(message.startsWith("invalid container ID format"), message);
        assertFalse(message.contains("\n"));
    }

    @Test
    void refusesTheEmptyAndTheLong() {
        assertEquals("container id cannot be empty",
                assertThrows(RuntimeFailure.class, () -> ContainerId.check("")).getMessage());
        assertThrows(RuntimeFailure.class, () -> ContainerId.check("x".repeat(241)));
        assertEquals(240, ContainerId.check("x".repeat(240)).length());
    }
}
