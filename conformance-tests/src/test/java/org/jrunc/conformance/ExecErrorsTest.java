package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code exec} refuses: exit code, text, nothing left behind; beside runc, whose words engines look for. */
@ExtendWith(NothingLeftExtension.class)
class ExecErrorsTest {
    private static final Path RUNC = Path.of("/usr/sbin/runc");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static Bundle bundle(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().idle();
        bundle.script("/opt/no-interpreter", "#!/nowhere\n");
        bundle.script("/opt/no-program", "\1\2\3");
        bundle.file("/opt/no-x", "text");
        Files.writeString(bundle.dir().resolve("no.json"), "no JSON");
        Files.writeString(bundle.dir().resolve("no-args.json"), "{\"cwd\": \"/\", \"args\": []}");
        Files.writeString(bundle.dir().resolve("no-cwd.json"), "{\"args\": [\"true\"]}");
        return bundle;
    }

    /** {@code ID} stands for the container. The second column is what both say, or runc's and ours behind a bar. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            ID; exec failed: process args cannot be empty
            ID missing; exec failed: unable to start container process: exec: \\"missing\\": executable file not \
            found in $PATH
            ID /missing; exec failed: unable to start container process: exec: \\"/missing\\": stat /missing: no \
            such file or directory
            ID /opt/no-x; exec failed: unable to start container process: exec: \\"/opt/no-x\\": permission denied
            ID -- true; exec: \\"--\\": executable file not found in $PATH
            ID -h; exec: \\"-h\\": executable file not found in $PATH
            --cwd rel ID true; Cwd must be an absolute path
            --cwd /missing ID true; exec failed: unable to start container process: chdir to cwd (\\"/missing\\") \
            set in config.json failed: no such file or directory
            --env FOO ID true; exec failed: unable to start container process: invalid environment variable
            --user x ID true; exec failed: parsing x as int for uid failed | exec failed: bad uid
            --user 1:y ID true; exec failed: parsing y as int for gid failed | exec failed: bad gid
            --user 1:2x ID true; exec failed: parsing 2x as int for gid failed | exec failed: bad gid
            --additional-gids -1 ID true; exec failed: additional-gids must be a positive number -1
            --detach --tty ID true; exec failed: cannot allocate tty if runc will detach without setting console \
            socket
            --console-socket /x ID true; exec failed: cannot use console socket if runc will not detach or allocate \
            tty
            -d -t --console-socket /missing ID true; exec failed: dial unix | --console-socket /missing: connect: \
            ENOENT
            --cgroup ../x ID true; ../x is not a sub cgroup path | bad sub cgroup path: ../x
            --cgroup cpu:a/../../x ID true; a/../../x is not a sub cgroup path | bad sub cgroup path: a/../../x
            --cgroup foo:x ID true; unknown controller foo in SubCgroupPaths
            --cgroup a:b:c ID true; invalid --cgroup argument: a:b:c
            --cgroup a --cgroup b ID true; invalid --cgroup argument: a (missing <controller>: prefix)
            --cgroup missing ID true; error adding pid
            -p BUNDLE/missing.json ID; exec failed: open BUNDLE/missing.json | exec failed: JSON specification file \
            missing.json not found
            -p BUNDLE/no.json ID; exec failed: invalid character | exec failed: no.json:1:1: malformed JSON
            -p BUNDLE/no-args.json ID; exec failed: args must not be empty | args must not be empty
            -p BUNDLE/no-cwd.json ID; exec failed: Cwd property must not be empty | Cwd property must not be empty
            --pid-file /missing/pid ID true; exec failed: open /missing/.pid | can not write the pid file /missing/pid
            """)
    void isRefusedWith255(String words, String texts, Sandbox box) throws IOException {
        try (Container container = box.container(bundle(box)).started()) {
            check(container, words, texts.substring(texts.indexOf('|') + 1).strip());
        }
        if (Files.exists(RUNC)) {
            try (Container container = new Container(box.runtime(RUNC), bundle(box), box.newId()).started()) {
                check(container, words, texts.split("\\|")[0].strip());
            }
        }
    }

    private static void check(Container container, String words, String text) {
        String bundle = container.bundle().dir().toString();
        List<String> all = new ArrayList<>(List.of("exec"));
        Arrays.stream(words.split(" ")).map(w -> w.equals("ID") ? container.id() : w.replace("BUNDLE", bundle))
                .forEach(all::add);
        Result result = container.runtime().command(all.toArray(String[]::new)).run().exits(255);
        assertTrue(result.err().contains(text.replace("BUNDLE", bundle)), result::toString);
        assertEquals(1, result.errLines().size(), result::toString);
        assertEquals("", result.out());
        assertEquals("running", container.status());
        container.exec("true").ok();
    }

    @ParameterizedTest
    @CsvSource({"'', requires a minimum of 1 argument(s)", "--bad x true, flag provided but not defined: -bad",
        "-g x x true, for flag -g"})
    void aWrongCommandLineShowsTheHelp(String words, String text, Sandbox box) {
        String[] all = ("exec " + words).strip().split(" ");
        Result result = box.runtime().command(all).run().failsWith(text);
        assertTrue(result.out().startsWith("Incorrect Usage"), result::toString);
        assertTrue(result.out().contains("exec - "), result::toString);
    }

    @ParameterizedTest
    @CsvSource({"/opt/no-interpreter, no such file or directory", "/opt/no-program, exec format error"})
    void aProgramThatCanNotBeExecutedIsToldAsByTheProgramItself(String program, String why, Sandbox box)
            throws IOException {
        Path pidFile = box.newDirectory().resolve("pid");
        try (Container container = box.container(bundle(box)).started()) {
            Result result = container.exec(program).exits(255);
            assertTrue(result.err().startsWith("exec " + program + ": " + why), result::toString);
            result = container.execWith(List.of("-d", "--pid-file", pidFile.toString()), program).run().exits(255);
            assertTrue(result.err().startsWith("exec " + program + ": " + why), result::toString);
            assertFalse(Files.exists(pidFile));
        }
    }

    @Test
    void aDirectoryIsNoProgram(Sandbox box) throws IOException {
        try (Container container = box.container(bundle(box)).started()) {
            assertTrue(container.exec("/opt").exits(255).err().contains("exec: \\\"/opt\\\": is a directory"));
        }
    }

    @Test
    void aStoppedContainerRefuses(Sandbox box) {
        try (Container container = box.container(box.bundle().args("true")).started()) {
            container.awaitStopped();
            assertTrue(container.exec("true").exits(255).err()
                    .contains("exec failed: cannot exec in a stopped container"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "../x"})
    void anUnknownContainerIsTold(String id, Sandbox box) {
        Result result = box.runtime().command("exec", id, "true").run().exits(255);
        assertTrue(result.err().contains(id.equals("missing") ? "exec failed: container does not exist"
                : "invalid container ID format"), result::toString);
    }

    @Test
    void aPreservedDescriptorThatIsNotOpenIsNamed(Sandbox box) {
        Needs.jrunc(box, "runc checks since 1.2");
        try (Container container = box.container(box.bundle().idle()).started()) {
            assertTrue(container.execWith(List.of("--preserve-fds", "1"), "true").run().exits(255).err()
                    .contains("unable to stat preserved-fd 0 (of 1)"));
        }
    }

    @Test
    void withALogFileTheBareTextIsOnStderr(Sandbox box) throws IOException {
        try (Container container = box.loggedContainer(box.bundle().idle()).started()) {
            Result result = container.exec("missing").exits(255);
            assertTrue(result.err().startsWith("exec failed: unable to start container process: exec: \"missing\""),
                    result::toString);
        }
    }
}
