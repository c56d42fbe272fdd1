package org.jrunc.agent;

import static org.jrunc.agent.LauncherHarness.GROUPS;
import static org.jrunc.agent.LauncherHarness.JVM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jrunc.agent.LauncherHarness.Ended;
import org.jrunc.kernel.Abi;
import org.jrunc.process.TestSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher without a warm brain, on this processor and, under qemu-user, on the other one. */
class LauncherTest {

    private static final Map<String, String> COLD = Map.of("JRUNC_WARM", "off");
    private static final String LOCALE = "LC_ALL=C.UTF-8";

    @TempDir
    private Path directory;

    private LauncherHarness launcher;

    private void on(Abi abi) throws IOException {
        launcher = new LauncherHarness(directory, abi);
    }

    private void assertStarted(Ended ended) {
        assertEquals(new Ended(JVM, "", ""), ended);
    }

    /** The JVM's command line, as a group and the caller's arguments make it. */
    private List<String> expected(LauncherImage.Group group, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(launcher.launcher().toString(),
                "-XX:AOTCache=" + launcher.bin() + "/../lib/" + group.cache()));
        words.addAll(group.options());
        words.addAll(List.of("-m", "org.jrunc.cli/org.jrunc.cli.Main"));
        words.addAll(arguments);
        return words;
    }

    private void assertGroup(LauncherImage.Group group, String... arguments) throws Exception {
        assertStarted(launcher.run(arguments));
        assertEquals(expected(group, List.of(arguments)), launcher.told("cmdline"));
    }

    @ParameterizedTest
    @EnumSource
    void becomesTheJvmBesideIt(Abi abi) throws Exception {
        on(abi);
        assertGroup(GROUPS.get(0));
        assertEquals(List.of(LOCALE), launcher.told("environ"));
        assertEquals(directory.toRealPath().toString(), launcher.link("cwd"));
        assertEquals("/dev/zero", launcher.link("fd/0"));
        assertEquals("", launcher.link("fd/3"));
    }

    @ParameterizedTest
    @EnumSource
    void choosesByTheFirstCommand(Abi abi) throws Exception {
        on(abi);
        for (LauncherImage.Group group : GROUPS) {
            for (String command : group.commands()) {
                assertGroup(group, command);
                assertGroup(GROUPS.get(0), command + "x", "x" + command, command.substring(0, command.length() - 1),
                        "/" + command, "../" + command);
            }
        }
        assertGroup(GROUPS.get(1), "--root", "/run/x", "--log", "", "create", "state");
        assertGroup(GROUPS.get(2), "x".repeat(100_000), "state", "run");
        assertGroup(GROUPS.get(2), "", "", "-v");
    }

    /** Words that differ from others by exactly the value that stands for "has not run". */
    @ParameterizedTest
    @EnumSource
    void isNotHeldUpByOddBytes(Abi abi) throws Exception {
        on(abi);
        for (String words : List.of("'' '' '' '' '' '' \"$(printf '\\200')\"", "\"$(printf 'exec\\200')\"",
                "\"$(printf 'resume\\200')\"", "\"$(printf 'featur\\345')es\"")) {
            assertStarted(launcher.script(COLD, "exec JRUNC " + words + " state"));
            assertTrue(launcher.told("cmdline").contains("-Xsmall"), words);
        }
        for (String variable : List.of("JRUNC_\\327ARM=off", "LC_ALL\\275=C", "LD\\337=1", "JAVA_TO\\317L=1")) {
            assertStarted(launcher.script(COLD, "exec env -i \"$(printf '" + variable + "')\" JRUNC"));
            assertEquals(2, launcher.told("environ").size());
            assertEquals(LOCALE, launcher.told("environ").get(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesManyArguments(Abi abi) throws Exception {
        on(abi);
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            arguments.add("argument " + i);
        }
        assertGroup(GROUPS.get(0), arguments.toArray(new String[0]));
    }

    /** The kernel adds an empty one since Linux 5.18. So this is the program itself, on a stack of its own. */
    @ParameterizedTest
    @EnumSource
    void worksWithoutAnyArgument(Abi abi) throws Exception {
        on(abi);
        ElfImage image = new ElfImage(abi, 64 << 10);
        image.space().allocate(1024);
        long stack = image.space().allocate(7 * 8);
        long[] words = {0, 0, image.space().put("\0A=b\0".getBytes()) + 1, 0, 6, 4096, 0};
        for (int i = 0; i < words.length; i++) {
            image.space().set(stack + 8L * i, words[i]);
        }
        long stackPointer = image.space().word();
        image.space().set(stackPointer, stack);
        LauncherHarness.executable(launcher.launcher(),
                image.bytes(LauncherImage.program(image, stackPointer, LauncherHarness.HELLO, GROUPS)));
        assertStarted(launcher.run());
        List<String> expected = expected(GROUPS.get(0), List.of());
        expected.set(0, "jrunc");
        assertEquals(expected, launcher.told("cmdline"));
        assertEquals(List.of("A=b", LOCALE), launcher.told("environ"));
    }

    @ParameterizedTest
    @EnumSource
    void passesTheCallersNameOfIt(Abi abi) throws Exception {
        on(abi);
        assumeTrue(abi == Abi.current(), "qemu-user gives a name of its own");
        Files.createSymbolicLink(directory.resolve("runc"), launcher.launcher());
        Files.createSymbolicLink(directory.resolve("again"), Path.of("runc"));
        for (String script : List.of("exec ./again -v", "cd image/bin && exec ../../again -v", "exec runc -v",
                "exec " + directory + "/again -v", "cd image/bin && exec ./jrunc -v")) {
            assertStarted(launcher.script(Map.of("PATH", directory.toString()), script));
            List<String> expected = expected(GROUPS.get(2), List.of("-v"));
            expected.set(0, script.replaceFirst(".*exec ", "").replace(" -v", "")
                    .replaceFirst("^runc", directory + "/runc"));
            assertEquals(launcher.bin().toRealPath(), Path.of(launcher.told("cmdline").get(1)
                    .replace("-XX:AOTCache=", "").replace("/../lib/jrunc-small.aot", "")));
            expected.set(1, launcher.told("cmdline").get(1));
            assertTrue(expected.get(0).endsWith(launcher.told("cmdline").get(0)), script);
            assertEquals(expected.subList(2, expected.size()), launcher.told("cmdline").subList(2, expected.size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatTellsTheJvmOrTheLinkerAnything(Abi abi) throws Exception {
        on(abi);
        // The linker's have no value: these here are read by the shell that starts the launcher, too.
        List<String> dropped = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "_JAVA_LAUNCHER_DEBUG",
                "CLASSPATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "LD_DEBUG", "LD_DEBUG_OUTPUT", "LD_PROFILE",
                "LD_BIND_NOW");
        for (String name : dropped) {
            String value = name.startsWith("LD_") ? "" : "-Xnonsense";
            assertStarted(launcher.run(Map.of(name, value, "A", "1", "Z", "2"), launcher.command()));
            assertEquals(List.of(LOCALE, "A=1", "Z=2").stream().sorted().toList(),
                    launcher.told("environ").stream().sorted().toList());
        }
        Map<String, String> kept = new TreeMap<>(Map.of("JAVA_TOOL_OPTION", "1", "JAVA_TOOL_OPTIONS2", "2", "JAVA_HOME",
                "/java", "_JAVA_OPTION", "", "CLASSPATHS", "/", "LC_ALLX", "x", "LC_CTYPE", "C", "L", "D_"));
        List<String> expected = new ArrayList<>(List.of(LOCALE));
        kept.forEach((name, value) -> expected.add(name + "=" + value));
        for (String name : dropped) {
            if (!name.startsWith("LD_")) {
                kept.put(name, "-Xnonsense");
            }
        }
        assertStarted(launcher.run(kept, launcher.command()));
        assertEquals(expected.stream().sorted().toList(), launcher.told("environ").stream().sorted().toList());
    }

    @ParameterizedTest
    @EnumSource
    void takesTheCallersLocaleItsName(Abi abi) throws Exception {
        on(abi);
        for (String value : List.of("", "C", "de_DE.UTF-8", "x".repeat(10_000))) {
            assertStarted(launcher.run(Map.of("LC_ALL", value), launcher.command()));
            assertEquals(List.of("=" + value, LOCALE), launcher.told("environ"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesAHugeEnvironment(Abi abi) throws Exception {
        on(abi);
        int count = 50;
        assertStarted(launcher.script(COLD, "ulimit -s 65536; export CLASSPATH=/;"
                + " X=$(head -c 100000 /dev/zero | tr '\\0' x); i=0;"
                + " while [ $i -lt " + count + " ]; do export V$i=$X; i=$((i + 1)); done; exec JRUNC create"));
        List<String> environ = launcher.told("environ");
        for (int i = 0; i < count; i++) {
            assertTrue(environ.contains("V" + i + "=" + "x".repeat(100_000)), "V" + i);
        }
        assertEquals(LOCALE, environ.getLast());
        assertTrue(environ.stream().noneMatch(variable -> variable.startsWith("CLASSPATH")));
        assertEquals(expected(GROUPS.get(1), List.of("create")), launcher.told("cmdline"));
    }

    @ParameterizedTest
    @EnumSource
    void passesManySmallVariables(Abi abi) throws Exception {
        on(abi);
        assertStarted(launcher.script(COLD, "i=0; while [ $i -lt 20000 ]; do echo V$i=$i; i=$((i + 1)); done > v;"
                + " exec env -i $(cat v) LD_DEBUG= JRUNC"));
        List<String> environ = launcher.told("environ");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            expected.add("V" + i + "=" + i);
        }
        expected.add(LOCALE);
        if (abi != Abi.current()) {
            // qemu-user turns the order around.
            Collections.reverse(environ.subList(0, environ.size() - 1));
        }
        assertEquals(expected, environ);
    }

    @ParameterizedTest
    @EnumSource
    void opensClosedDescriptors(Abi abi) throws Exception {
        on(abi);
        for (String closed : List.of("<&-", ">&-", "2>&-", "<&- 2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-")) {
            assertStarted(launcher.script(COLD, "exec JRUNC state x " + closed));
            assertEquals(closed.contains("<") ? "/dev/null" : "/dev/zero", launcher.link("fd/0"), closed);
            assertEquals(closed.matches("(.* )?>.*") ? "/dev/null" : directory.toRealPath() + "/out",
                    launcher.link("fd/1"), closed);
            assertEquals(closed.contains("2>") ? "/dev/null" : directory.toRealPath() + "/err",
                    launcher.link("fd/2"), closed);
            assertEquals("", launcher.link("fd/3"), closed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesADeletedDirectory(Abi abi) throws Exception {
        on(abi);
        assertStarted(launcher.script(COLD, "mkdir d; cd d; rmdir ../d; exec JRUNC"));
        assertEquals("/", launcher.link("cwd"));
    }

    @ParameterizedTest
    @EnumSource
    void leavesADirectoryThatIsOutOfSight(Abi abi) throws Exception {
        on(abi);
        assertStarted(withMounts("mkdir d; mount -t tmpfs none d && cd d && umount -l . && exec JRUNC"));
        assertEquals("/", launcher.link("cwd"));
    }

    /** Runs a script in a mount namespace of its own. */
    private Ended withMounts(String script) throws Exception {
        TestSpec.requireRoot();
        return launcher.script(COLD, "exec unshare --mount --propagation private sh -c '" + script + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/b/", "/bi/", "/bin/"})
    void worksInAShortPath(String bin) throws Exception {
        on(Abi.current());
        String told = directory + "/told";
        assertStarted(withMounts("mkdir -p root" + told + " root/proc root" + bin + " && cp image/bin/* root" + bin
                + " && mount --bind " + told + " root" + told + " && mount --bind /proc root/proc"
                + " && exec chroot root " + bin + "jrunc state"));
        assertEquals("-XX:AOTCache=" + bin.substring(0, bin.length() - 1) + "/../lib/jrunc-small.aot",
                launcher.told("cmdline").get(1));
    }

    @Test
    void saysWhatItMisses() throws Exception {
        on(Abi.current());
        assertEquals(new Ended(1, "", "jrunc: can not find its own directory, readlink /proc/self/exe: ENOENT\n"),
                withMounts("mount -t tmpfs none /proc && exec JRUNC"));
        assertEquals(new Ended(1, "", "jrunc: can not open /dev/null in place of a closed stdin, stdout or stderr:"
                + " ENOENT\n"), withMounts("mount -t tmpfs none /dev && exec JRUNC <&-"));
    }

    @ParameterizedTest
    @EnumSource
    void worksInALongPath(Abi abi) throws Exception {
        on(abi);
        Path deep = directory;
        for (int i = 0; i < 18; i++) {
            deep = deep.resolve("some where ".repeat(18));
        }
        Files.createDirectories(deep);
        Path moved = Files.move(launcher.bin(), deep.resolve("bin"));
        List<String> command = launcher.command("state");
        command.set(command.size() - 2, moved.resolve("jrunc").toString());
        assertStarted(launcher.run(COLD, command));
        assertEquals("-XX:AOTCache=" + moved.toRealPath() + "/../lib/jrunc-small.aot", launcher.told("cmdline").get(1));
    }

    private void assertFails(String why, Ended ended) {
        assertEquals(new Ended(1, "", "jrunc: can not execute the runtime's JVM, java beside this program: " + why
                + "\n"), ended);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyThereIsNoJvm(Abi abi) throws Exception {
        on(abi);
        Files.setPosixFilePermissions(launcher.java(), PosixFilePermissions.fromString("rw-r--r--"));
        assertFails("EACCES", launcher.run("state"));
        Files.writeString(launcher.java(), "nonsense");
        Files.setPosixFilePermissions(launcher.java(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertFails("ENOEXEC", launcher.run("create"));
        Files.delete(launcher.java());
        assertFails("ENOENT", launcher.run());
        Files.createSymbolicLink(launcher.java(), Path.of("java"));
        assertFails("ELOOP", launcher.run());
        Ended ended = launcher.script(COLD, "exec JRUNC 2>&-");
        assertEquals(new Ended(1, "", ""), ended);
    }

    @ParameterizedTest
    @EnumSource
    void saysSoWhenTheJvmsOptionsFindNoMoreRoom(Abi abi) throws Exception {
        on(abi);
        assumeTrue(abi == Abi.current(), "qemu-user itself takes some of the room");
        // The largest environment with which the launcher can be executed is too large for the JVM.
        String script = "X=$(head -c 100000 /dev/zero | tr '\\0' x); S=$(head -c 200 /dev/zero | tr '\\0' x); i=0;"
                + " while [ $i -lt 20 ]; do export V$i=$X; i=$((i + 1)); done; T=$S;"
                + " while V=$T /bin/true; do L=$T; T=$T$S; done 2>/dev/null; V=$L exec JRUNC";
        Ended ended = launcher.script(COLD, "ulimit -s 8192; " + script);
        assertFails("E2BIG", ended);
    }
}
