package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion for bash, asked as bash asks it. */
@ExtendWith(NothingLeftExtension.class)
class CompletionTest {

    private static final String ASK = """
            source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            $(complete -p jrunc | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @BeforeAll
    static void needs() {
        Needs.tool("bash");
    }

    /** What bash would offer for the last of the words. */
    private static List<String> offers(Sandbox box, String... words) throws IOException {
        Path script = box.dir().resolve("completion");
        if (!Files.exists(script)) {
            Files.writeString(script, box.runtime().command("completion", "bash").run().ok().out());
        }
        List<String> command = new ArrayList<>(List.of("bash", "-c", ASK, "bash", script.toString(),
                box.runtime().executable().toString()));
        command.addAll(Arrays.asList(words));
        Result result = new Invocation(box.runtime().scratch(), command).cwd(box.dir()).run().ok();
        assertEquals("", result.err());
        return result.outLines().stream().filter(line -> !line.isEmpty()).sorted().distinct().toList();
    }

    /** A dot stands for the empty word, as bash has it where nothing was typed yet. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = ';', textBlock = """
            st; start state
            --deb; --debug
            --root /x st; start state
            --root = /x st; start state
            --debug re; restore resume
            create --bu; --bundle
            create --console-socket; --console-socket
            exec --no; --no-new-privs
            list --format .; json table
            list --format = .; json table
            list --format =; json table
            list --format = j; json
            ps -f t; table
            --log-format .; json text
            checkpoint --manage-cgroups-mode s; soft strict
            state --ro; --root --rootless
            help che; checkpoint
            completion .; bash
            kill x TER; ''
            kill x SIGTER; SIGTERM
            exec x --no; ''
            run .; ''
            features .; ''
            --root .; out
            create --pid-file .; completion out
            create --bundle .; out
            """)
    void offersCommandsFlagsAndValues(String words, String expected, Sandbox box) throws IOException {
        String[] line = Arrays.stream(words.split(" ")).map(w -> w.equals(".") ? "" : w).toArray(String[]::new);
        assertEquals(expected, String.join(" ", offers(box, line)));
    }

    @Test
    void offersTheIdsOfContainersBelowTheGivenRoot(Sandbox box) throws IOException {
        Needs.root();
        String root = box.runtime().root().toString();
        try (Container first = box.container(box.bundle().idle());
                Container second = box.container(box.bundle().idle())) {
            first.create().ok();
            second.create().ok();
            for (String command : List.of("state", "delete", "exec", "kill", "ps", "update", "checkpoint")) {
                assertEquals(Stream.of(first.id(), second.id()).sorted().toList(),
                        offers(box, "--root", root, command, ""), command);
            }
            assertEquals(List.of(second.id()), offers(box, "state", "--root", root, second.id()));
            assertEquals(List.of(second.id()), offers(box, "exec", "--env", "A=b", "--root", "=", root, second.id()));
            assertEquals(List.of(), offers(box, "--root", root, "state", first.id(), ""), "one is enough");
            assertEquals(List.of(), offers(box, "--root", root, "create", ""), "a new id is the user's to choose");
        }
        assertEquals(List.of(), offers(box, "--root", root + "/nowhere", "state", ""));
    }

    @Test
    void everyCommandAndFlagOfTheHelpIsOffered(Sandbox box) throws IOException {
        HelpAsRuncTest.Help help = HelpAsRuncTest.Help.of(box.runtime(), "");
        assertTrue(offers(box, "").containsAll(help.commands()), "commands");
        assertEquals(help.flags(), offers(box, "-"));
        for (String command : help.commands()) {
            List<String> offered = offers(box, command, "-");
            assertTrue(offered.containsAll(HelpAsRuncTest.Help.of(box.runtime(), command).flags()), command);
        }
    }

    @Test
    void theImageHasTheScriptToInstall(Sandbox box) throws IOException {
        Path script = box.runtime().executable().toRealPath()
                .resolveSibling("../share/bash-completion/completions/jrunc");
        assertEquals(box.runtime().command("completion", "bash").run().ok().out(), Files.readString(script));
    }

    @Test
    void isForTheNameItIsCalledBy(Sandbox box) throws IOException {
        Path link = Files.createSymbolicLink(box.dir().resolve("runc"), box.runtime().executable());
        String script = box.runtime().withExecutable(link).command("completion", "bash").run().ok().out();
        assertTrue(script.endsWith("complete -F _runc runc\n"), script);
        box.runtime().command("completion", "csh").run().failsWith("no completion for the shell \\\"csh\\\"");
        box.runtime().command("completion").run().failsWith("requires exactly 1 argument(s)");
    }
}
