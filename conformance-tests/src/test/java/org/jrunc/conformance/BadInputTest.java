package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files, ids and directories that can not be used: exit code 1, one line that says which, and nothing left behind.
 *
 * <p>What is wrong inside a well-formed configuration is the subject of {@link BadConfigurationTest}.
 */
@ExtendWith(NothingLeftExtension.class)
class BadInputTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** Demands of a refused create: exit code 1, nothing on stdout, one line on stderr with the texts, no container. */
    static void assertRefused(Container container, Result result, String... texts) {
        if (result.exit() == 0) {
            container.delete("--force");
        }
        result.failsWith(texts);
        assertEquals("", result.out());
        assertEquals(1, result.errLines().size(), () -> "one line: " + result);
        assertFalse(Files.exists(container.stateDirectory()), "no state is left");
    }

    @Test
    void aMissingConfiguration(Sandbox box) throws IOException {
        Container container = box.container(box.bundle());
        Invocation create = container.invocation("create");
        Files.delete(container.bundle().dir().resolve("config.json"));
        assertRefused(container, create.run(), "JSON specification file config.json not found");
    }

    @Test
    void theCgroupOfAnotherContainerWhichLivesOn(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        try (Container first = box.container(bundle)) {
            bundle.set("/linux/cgroupsPath", "/" + first.id());
            first.create().ok();
            first.start().ok();
            Container second = box.container(box.bundle().idle().set("/linux/cgroupsPath", "/" + first.id()));
            assertRefused(second, second.invocation("create").run(), "container's cgroup is not empty");
            assertEquals("running", first.status());
        }
    }

    @Test
    void aMissingBundle(Sandbox box) {
        String id = box.newId();
        Result result = box.runtime().command("create", "--bundle", box.dir() + "/no-bundle", id).run();
        result.failsWith("config.json not found", "no-bundle");
        assertEquals(1, result.errLines().size());
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("empty", ""),
                Arguments.of("cut off", "{\"ociVersion\": \"1.0.2\","),
                Arguments.of("an array", "[]"),
                Arguments.of("a string", "\"config\""),
                Arguments.of("null", "null"),
                Arguments.of("no JSON", "ociVersion: 1.0.2\n"),
                Arguments.of("binary", "\u0000\u0001\u0002ELF"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedConfiguration(String name, String content, Sandbox box) {
        Container container = box.container(box.bundle());
        Invocation create = container.invocation("create");
        container.bundle().file("config.json", content);
        assertRefused(container, create.run(), "config");
    }

    @Test
    void aSyntaxErrorIsGivenWithItsLine(Sandbox box) {
        Container container = box.container(box.bundle());
        Invocation create = container.invocation("create");
        container.bundle().file("config.json", "{\n  \"ociVersion\": \"1.0.2\",\n  \"process\" {}\n}\n");
        assertRefused(container, create.run(), "config.json:3:13");
    }

    @Test
    void aConfigurationThatIsADirectory(Sandbox box) throws IOException {
        Container container = box.container(box.bundle());
        Invocation create = container.invocation("create");
        Path config = container.bundle().dir().resolve("config.json");
        Files.delete(config);
        Files.createDirectory(config);
        assertRefused(container, create.run(), "config.json", "is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "..", ".", "a/b", "/etc", "a b", "a\nb", "ä", "a:b", "*"})
    void anInvalidId(String id, Sandbox box) {
        Bundle bundle = box.bundle().save();
        for (String command : List.of("create", "run")) {
            Result result = box.runtime().command(command, "--bundle", bundle.dir().toString(), id).run();
            result.exits(1);
            assertTrue(result.err().toLowerCase().contains("invalid container id format"), result::toString);
            assertEquals(1, result.errLines().size(), result::toString);
        }
        assertTrue(box.runtime().command("state", id).run().exits(1).err().toLowerCase().contains("container id"));
        assertTrue(box.runtime().command("kill", id).run().exits(1).err().toLowerCase().contains("container id"));
    }

    @Test
    void anEmptyId(Sandbox box) {
        Bundle bundle = box.bundle().save();
        Result result = box.runtime().command("create", "--bundle", bundle.dir().toString(), "").run();
        result.failsWith("container id cannot be empty");
        assertEquals(1, result.errLines().size());
    }

    @Test
    void aTooLongId(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().save();
        String id = Sandbox.MARK + "x".repeat(1025);
        Result result = box.runtime().command("create", "--bundle", bundle.dir().toString(), id).run().exits(1);
        assertEquals(1, result.errLines().size(), result::toString);
        if (Files.exists(box.runtime().root())) {
            try (Stream<Path> entries = Files.list(box.runtime().root())) {
                assertEquals(List.of(), entries.toList());
            }
        }
    }

    @Test
    void aDuplicateIdLeavesTheFirstContainerAlone(Sandbox box) {
        try (Container first = box.container(box.bundle().idle()).started()) {
            String before = first.state().ok().out();
            Container second = new Container(box.runtime(), box.bundle(), first.id());
            second.create().failsWith("container with given ID already exists");
            second.run().failsWith("container with given ID already exists");
            assertEquals(before, first.state().ok().out());
            assertTrue(first.init().alive());
        }
    }

    @Test
    void aMissingRootFileSystem(Sandbox box) {
        Container container = box.container(box.bundle().set("/root/path", "nowhere"));
        assertRefused(container, container.create(), "/root/path", "nowhere", "is missing");
    }

    @Test
    void aRootFileSystemThatIsAFile(Sandbox box) {
        Container container = box.container(box.bundle().set("/root/path", "file"));
        container.bundle().file("file", "");
        assertRefused(container, container.create(), "root", "not a directory");
    }

    @Test
    void aRootFileSystemThatIsASymlink(Sandbox box) throws IOException {
        Container container = box.container(box.bundle().set("/root/path", "link"));
        Files.createSymbolicLink(container.bundle().dir().resolve("link"), Path.of("rootfs"));
        assertRefused(container, container.create(), "invalid rootfs: not an absolute path, or a symlink");
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "run"})
    void aFullDiskForTheState(String command, Sandbox box) throws IOException {
        Path disk = box.newDirectory();
        Shell.sh("mount -t tmpfs -o size=16k tmpfs " + disk);
        try {
            Path root = Files.createDirectory(disk.resolve("root"));
            Shell.attempt("dd if=/dev/zero of=" + disk + "/filler bs=4k");
            Container container = new Container(box.runtime().withRoot(root), box.bundle(), box.newId());
            Result result = container.invocation(command).run();
            assertRefused(container, result, "--root", "ENOSPC");
            try (Stream<Path> entries = Files.list(root)) {
                assertEquals(List.of(), entries.toList());
            }
        } finally {
            Shell.sh("umount " + disk);
        }
    }

    @Test
    void aStateRootThatCanNotBeWritten(Sandbox box) {
        Path disk = box.newDirectory();
        Shell.sh("mount -t tmpfs -o ro tmpfs " + disk);
        try {
            Container container = new Container(box.runtime().withRoot(disk), box.bundle(), box.newId());
            assertRefused(container, container.create(), disk.toString(), "EROFS");
        } finally {
            Shell.sh("umount " + disk);
        }
    }

    @Test
    void aStateRootBelowAFile(Sandbox box) {
        Bundle bundle = box.bundle();
        Path root = bundle.file("file", "").resolve("root");
        Container container = new Container(box.runtime().withRoot(root), bundle, box.newId());
        assertRefused(container, container.create(), root.toString(), "not a directory");
    }

    @Test
    void theRootDirectoryIsNoPlaceForState(Sandbox box) {
        Container container = new Container(box.runtime().withRoot(Path.of("/")), box.bundle(), box.newId());
        assertRefused(container, container.create(), "Option --root argument should not be set to /");
    }

    @Test
    void aPidFileThatCanNotBeWritten(Sandbox box) {
        Container container = box.container(box.bundle().idle());
        Result result = container.create("--pid-file", box.dir() + "/no-such-directory/pid");
        assertRefused(container, result, "--pid-file", "no-such-directory", "ENOENT");
        container.state().failsWith("does not exist");
    }

    @Test
    void aTerminalWithoutAConsoleSocket(Sandbox box) {
        Container container = box.container(box.bundle().set("/process/terminal", true));
        assertRefused(container, container.create(),
                "cannot allocate tty if runc will detach without setting console socket");
    }

    @Test
    void aConsoleSocketWithoutATerminal(Sandbox box) {
        Container container = box.container(box.bundle());
        assertRefused(container, container.create("--console-socket", box.dir() + "/socket"),
                "cannot use console socket if runc will not detach or allocate tty");
    }

    /** No file, a file that is no socket, and a socket whose listener is gone. */
    @ParameterizedTest
    @CsvSource({"no-socket, ENOENT", "file, ECONNREFUSED", "gone, ECONNREFUSED"})
    void aConsoleSocketThatNobodyListensOn(String name, String errno, Sandbox box) throws IOException {
        Path socket = box.dir().resolve(name);
        Files.createFile(box.dir().resolve("file"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(box.dir().resolve("gone")));
        }
        Container container = box.container(box.bundle().set("/process/terminal", true));
        assertRefused(container, container.create("--console-socket", socket.toString()),
                "--console-socket", name, errno);
        assertRefused(container, container.runDetached("--console-socket", socket.toString()),
                "--console-socket", name, errno);
        try (Container running = box.container(box.bundle().idle()).started()) {
            Result result = running.execWith(List.of("-d", "-t", "--console-socket", socket.toString()), "true").run()
                    .exits(255);
            assertTrue(result.err().contains("--console-socket " + socket + ": connect: " + errno), result::toString);
            assertEquals(1, result.errLines().size(), result::toString);
        }
    }

    @Test
    void aMissingMountSource(Sandbox box) {
        Bundle bundle = box.bundle().bind(box.dir().resolve("no-source"), "/mnt/x");
        Container container = box.container(bundle);
        assertRefused(container, container.create(), "no-source", "/mnt/x", "no such file or directory");
    }

    @Test
    void aDirectoryMountedOnAFile(Sandbox box) {
        Bundle bundle = box.bundle();
        bundle.file("/mnt/file", "");
        Container container = box.container(bundle.bind(box.newDirectory(), "/mnt/file"));
        assertRefused(container, container.create(), "/mnt/file", "not a directory",
                "source is a directory, target is a file");
    }

    @Test
    void procOnASymlink(Sandbox box) throws IOException {
        Bundle bundle = box.bundle();
        Files.delete(bundle.rootfs().resolve("proc"));
        Files.createSymbolicLink(bundle.rootfs().resolve("proc"), Path.of("/tmp"));
        Container container = box.container(bundle);
        assertRefused(container, container.create(), "must be mounted on ordinary directory");
    }

    @Test
    void aFileSystemTypeTheKernelDoesNotHave(Sandbox box) {
        Container container = box.container(box.bundle().mount("/mnt/x", "nonsensefs", "none"));
        assertRefused(container, container.create(), "/mnt/x", "no such device");
    }

    @Test
    void anOptionTheFileSystemDoesNotHave(Sandbox box) {
        Container container = box.container(box.bundle().mount("/mnt/x", "tmpfs", "tmpfs", "nonsense=1"));
        assertRefused(container, container.create(), "/mnt/x", "invalid argument");
    }

    @Test
    void aFailureOfRunIsReportedLikeOneOfCreate(Sandbox box) {
        Container container = box.container(box.bundle().args("nowhere"));
        assertRefused(container, container.run(),
                "exec: \\\"nowhere\\\": executable file not found in $PATH");
        assertRefused(container, container.runDetached(),
                "exec: \\\"nowhere\\\": executable file not found in $PATH");
    }

    @Test
    void aFailureIsWrittenToTheLogAndBareToStandardError(Sandbox box) throws IOException {
        Container container = new Container(
                box.runtime().withGlobals("--log", box.dir() + "/log", "--log-format", "json"),
                box.bundle().args("nowhere"), box.newId());
        Result result = container.create().failsWith("exec: \"nowhere\": executable file not found in $PATH");
        assertEquals(1, result.errLines().size());
        List<String> log = Files.readAllLines(box.dir().resolve("log"));
        var record = Bundle.JSON.readTree(log.getLast());
        assertEquals("error", record.path("level").asString());
        assertEquals(result.err().strip(), record.path("msg").asString().strip());
        assertTrue(record.path("time").asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)"));
    }

    @Test
    void failedCreatesRunTheirPoststopHooksAndNothingElse(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().args("nowhere");
        bundle.hook("poststart", "echo poststart >> " + box.dir() + "/hooks");
        bundle.hook("poststop", "echo poststop >> " + box.dir() + "/hooks");
        Container container = box.container(bundle.set("/annotations", Map.of("a", "b")));
        assertRefused(container, container.create(), "nowhere");
        Path record = box.dir().resolve("hooks");
        assertTrue(!Files.exists(record) || Files.readString(record).equals("poststop\n"));
    }

    /** Logs are searched for what runc says before a failure, by how far it has come. */
    @Test
    void aFailureSaysHowFarItHasCome(Sandbox box) {
        Bundle mount = box.bundle().add("/mounts", Map.of("destination", "/x", "type", "nosuchfs", "source", "none"));
        String before = "run failed: unable to start container process: error during container init: ";
        box.run(mount).failsWith(before + "error mounting ");
        box.run(box.bundle().args("nosuch")).failsWith(before + "exec: ", "executable file not found in $PATH");
    }
}
