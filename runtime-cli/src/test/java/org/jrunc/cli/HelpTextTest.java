package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelpTextTest {

    @Test
    void usesTheNameThatTheProgramWasCalledBy() {
        assertTrue(HelpText.of("runc", Optional.of(new StateCommand())).startsWith("NAME:\n   runc state - "));
    }

    @Test
    void showsOneUsualSpellingOfEachFlag() {
        String help = HelpText.of("jrunc", Optional.of(new DeleteCommand()));
        assertEquals("""
                OPTIONS:
                   --force, -f  kill the container first if it runs; no error if it does not exist
                   --help, -h   show help
                """, help.substring(help.indexOf("OPTIONS:")));
    }

    @Test
    void fitsAnUsualTerminal() {
        for (Command command : Commands.all()) {
            for (String line : HelpText.of("jrunc", Optional.of(command)).split("\n")) {
                assertTrue(line.length() <= 120, line);
            }
        }
    }
}
