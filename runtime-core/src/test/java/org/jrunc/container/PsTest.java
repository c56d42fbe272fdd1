package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

class PsTest {

    @Test
    void keepsTheHeaderAndTheLinesOfThePids() {
        assertEquals(List.of("UID PID CMD", "root  7 sh -c 8"),
                Ps.filter("UID PID CMD\nroot  7 sh -c 8\nroot 8 x\nroot 77 y\n\n", List.of(7)));
    }

    @Test
    void findsTheColumnWhereverItIs() {
        assertEquals(List.of("CMD   PID", "a 9"), Ps.filter("CMD   PID\na 9\nb 10", List.of(9)));
    }

    @Test
    void outputWithoutTheColumnIsRefused() {
        assertThrows(RuntimeFailure.class, () -> Ps.filter("COMMAND\nsh\n", List.of(1)));
        assertThrows(RuntimeFailure.class, () -> Ps.filter("", List.of(1)));
        assertThrows(RuntimeFailure.class, () -> Ps.filter("PID\nabc\n", List.of(1)));
    }
}
