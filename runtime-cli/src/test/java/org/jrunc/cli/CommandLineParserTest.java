package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineParserTest {

    private static String commandOf(String line) {
        return new CommandLineParser(line.split(" ")).command();
    }

    private static Parsed parse(String line) {
        CommandLineParser parser = new CommandLineParser(line.split(" "));
        return parser.parse(Commands.find(parser.command()).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "state x", "--debug state x", "--root /r state x", "--root=/r state x", "-root /r state x", "-root=/r state x",
        "--log state --log-format json state x", "--rootless=true state x", "--rootless false state x",
        "--systemd-cgroup --criu /criu state x", "-- state x", "--debug -- state x", "--debug=false state x"})
    void findsTheCommandBehindGlobalFlags(String line) {
        assertEquals("state", commandOf(line));
        assertEquals(List.of("x"), parse(line).arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "create --bundle /b x", "create --bundle=/b x", "create -bundle /b x", "create -bundle=/b x", "create -b /b x",
        "create -b=/b x", "create --b /b x", "create x --bundle /b", "create x -b /b", "create -b /a -b /b x",
        "create --bundle /b -- x"})
    void acceptsEverySpellingOfAFlagWithAValue(String line) {
        assertEquals(Optional.of("/b"), parse(line).value("bundle"));
        assertEquals(List.of("x"), parse(line).arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "delete --force x", "delete -force x", "delete -f x", "delete --f x", "delete x --force", "delete x -f",
        "delete --force=true x"})
    void acceptsEverySpellingOfAFlagWithoutAValue(String line) {
        assertTrue(parse(line).flag("force"));
        assertEquals(List.of("x"), parse(line).arguments());
    }

    @Test
    void takesAFlagBack() {
        assertFalse(parse("delete --force=false x").flag("force"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "exec x ls -t=false --detach -- -e A", "exec -- x ls -t=false --detach -- -e A",
        "exec -t -e B=1 x ls -t=false --detach -- -e A", "exec --cwd - x ls -t=false --detach -- -e A"})
    void whatFollowsTheContainerOfExecIsPayload(String line) {
        Parsed parsed = parse(line);
        assertEquals(List.of("x", "ls", "-t=false", "--detach", "--", "-e", "A"), parsed.arguments());
        assertFalse(parsed.flag("detach"));
        assertEquals(line.contains("-t -e"), parsed.flag("tty"));
    }

    @Test
    void aValueThatLooksLikeAFlagIsAValue() {
        assertEquals(Optional.of("--detach=false"), parse("exec -d --cwd --detach=false x").value("cwd"));
        assertTrue(parse("exec -d --cwd --detach=false x").flag("detach"));
        assertEquals(Optional.of("-d"), parse("exec -d --cwd -d -d x").value("cwd"));
    }

    @Test
    void keepsAllValuesOfARepeatedFlagWithTheirCommas() {
        assertEquals(List.of("A=1,2", "B=3"), parse("exec -e A=1,2 --env=B=3 x ls").values("env"));
        assertEquals(List.of(), parse("exec x ls").values("env"));
    }

    @Test
    void tellsTakenBackFromNotGiven() {
        assertEquals(Optional.empty(), parse("exec x ls").triState("no-new-privs"));
        assertEquals(Optional.of(true), parse("exec --no-new-privs x ls").triState("no-new-privs"));
        assertEquals(Optional.of(false), parse("exec --no-new-privs=false x ls").triState("no-new-privs"));
        assertEquals(Optional.of(true),
                parse("exec --no-new-privs=false -no-new-privs x ls").triState("no-new-privs"));
        assertEquals(Optional.of(false),
                parse("exec --no-new-privs -no-new-privs=false x ls").triState("no-new-privs"));
    }

    @Test
    void acceptsTheSingleDashFlagThatContainerdPasses() {
        assertTrue(parse("run -no-subreaper x").flag("no-subreaper"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state --root /r x", "state x --root /r", "state x --root=/r",
        "--root /q state --root /r x"})
    void acceptsGlobalFlagsAfterTheCommand(String line) {
        assertEquals(Optional.of("/r"), parse(line).value("root"));
    }

    @Test
    void leavesEverythingBehindTheContainerOfKillAsPayload() {
        assertEquals(List.of("x", "-9"), parse("kill x -9").arguments());
        assertEquals(List.of("x", "--all"), parse("kill x --all").arguments());
        Parsed all = parse("kill --all x 9");
        assertTrue(all.flag("all"));
        assertEquals(List.of("x", "9"), all.arguments());
    }

    @Test
    void takesAWordThatLooksLikeAFlagAsAnArgumentBehindTwoDashes() {
        assertEquals(List.of("--force"), parse("delete -- --force").arguments());
        assertFalse(parse("delete -- --force").flag("force"));
    }

    @Test
    void keepsCommasInOneValue() {
        assertEquals(Optional.of("a,b"), parse("create --pid-file a,b x").value("pid-file"));
    }

    @Test
    void doesNotReadFilesNamedWithAnAt() {
        assertEquals(List.of("@/etc/hostname"), parse("state @/etc/hostname").arguments());
    }

    @Test
    void keepsDollarSignsAndQuotes() {
        assertEquals(Optional.of("${sys:user.home}\"q\""), parse("create --bundle ${sys:user.home}\"q\" x")
                .value("bundle"));
    }

    @Test
    void keepsAnEmptyArgument() {
        CommandLineParser parser = new CommandLineParser(new String[] {"state", ""});
        assertEquals(List.of(""), parser.parse(new StateCommand()).arguments());
    }

    @Test
    void doesNotBundleShortFlags() {
        assertThrows(UsageException.class, () -> parse("list -qf json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state --nonsense x", "state x -nonsense", "state --nonsense=1 x"})
    void namesAFlagThatDoesNotExist(String line) {
        UsageException e = assertThrows(UsageException.class, () -> parse(line));
        assertEquals("flag provided but not defined: -nonsense", e.getMessage());
        assertEquals("Incorrect Usage: flag provided but not defined: -nonsense", e.headline());
    }

    @Test
    void namesAFlagThatDoesNotExistBeforeTheCommand() {
        UsageException e = assertThrows(UsageException.class, () -> commandOf("--nonsense state x"));
        assertEquals("flag provided but not defined: -nonsense", e.getMessage());
    }

    @Test
    void namesAFlagThatLacksItsValue() {
        UsageException e = assertThrows(UsageException.class, () -> parse("create x --bundle"));
        assertEquals("flag needs an argument: -bundle", e.getMessage());
    }

    @Test
    void letsSpecHaveARootlessFlagOfItsOwn() {
        assertTrue(parse("spec --rootless").flag("rootless"));
    }
}
