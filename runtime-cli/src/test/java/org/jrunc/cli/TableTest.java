package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void isAsWideAsGoMakesIt() {
        String table = new Table()
                .row("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER")
                .row("a", "4711", "running", "/containers/bündle", "2026-08-19T02:35:07.123456789Z", "root")
                .toString();
        assertEquals("""
                ID          PID         STATUS      BUNDLE               CREATED                          OWNER
                a           4711        running     /containers/bündle   2026-08-19T02:35:07.123456789Z   root
                """, table);
    }

    @Test
    void hasNoTrailingBlanks() {
        assertEquals("ID          OWNER\n", new Table().row("ID", "OWNER").toString());
    }
}
