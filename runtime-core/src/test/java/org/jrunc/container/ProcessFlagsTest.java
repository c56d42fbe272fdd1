package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.Process;
import org.jrunc.spec.SpecReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessFlagsTest {

    private static Process configured(String more) {
        return SpecReader.readProcess(("""
                {"terminal": true, "args": ["sh"], "cwd": "/w", "env": ["A=1"], "oomScoreAdj": 5,
                 "user": {"uid": 1, "gid": 2, "umask": 7, "additionalGids": [3]}, "noNewPrivileges": true,
                 "apparmorProfile": "a", "selinuxLabel": "s",
                 "rlimits": [{"type": "RLIMIT_CPU", "hard": 1, "soft": 1}]""" + more + "}")
                .getBytes(StandardCharsets.UTF_8), "process.json");
    }

    private static ProcessFlags flags(String user, List<String> capabilities) {
        return new ProcessFlags(List.of("ls"), "", List.of(), false, user, List.of(), "", "", Optional.empty(),
                capabilities);
    }

    @Test
    void onlyProgramAndTerminalChangeWithoutFlags() {
        Process expected = configured("");
        Process process = flags("", List.of()).applyTo(expected);
        assertEquals(List.of("ls"), process.args());
        assertEquals(false, process.terminal());
        assertEquals(expected.user(), process.user());
        assertEquals(expected.env(), process.env());
        assertEquals("/w", process.cwd());
        assertEquals(expected.rlimits(), process.rlimits());
        assertEquals(expected.oomScoreAdj(), process.oomScoreAdj());
        assertEquals(true, process.noNewPrivileges());
        assertEquals(Optional.of("a"), process.apparmorProfile());
        assertEquals(Optional.of("s"), process.selinuxLabel());
    }

    @Test
    void everyFlagHasItsEffect() {
        Process process = new ProcessFlags(List.of("ls"), "/x", List.of("B=2,3"), true, "8:9", List.of(10L), "label",
                "profile", Optional.of(false), List.of()).applyTo(configured(""));
        assertEquals("/x", process.cwd());
        assertEquals(List.of("A=1", "B=2,3"), process.env());
        assertEquals(true, process.terminal());
        assertEquals(List.of(8L, 9L), List.of(process.user().uid(), process.user().gid()));
        assertEquals(List.of(3L, 10L), process.user().additionalGids());
        assertEquals(7, process.user().umask().orElseThrow());
        assertEquals(Optional.of("label"), process.selinuxLabel());
        assertEquals(Optional.of("profile"), process.apparmorProfile());
        assertEquals(false, process.noNewPrivileges());
    }

    @ParameterizedTest
    @CsvSource({"5, 5, 2", "0:0, 0, 0", "4294967294:1, 4294967294, 1"})
    void aUserIsAnIdAndPerhapsAGroup(String user, long uid, long gid) {
        Process process = flags(user, List.of()).applyTo(configured(""));
        assertEquals(List.of(uid, gid), List.of(process.user().uid(), process.user().gid()));
    }

    /** CVE-2026-30892 of crun: what is behind a number must not be overlooked. */
    @ParameterizedTest
    @ValueSource(strings = {"x", ":", "1:", ":1", "1x", "1:2x", "1:2:3", "-1", "+1", " 1", "4294967295",
        "99999999999999"})
    void anythingElseIsNoUser(String user) {
        String message = assertThrows(RuntimeFailure.class, () -> flags(user, List.of()).applyTo(configured("")))
                .getMessage();
        assertTrue(message.startsWith("bad uid: ") || message.startsWith("bad gid: "), message);
    }

    @Test
    void capabilitiesAreAddedButNeverToTheInheritable() {
        Process without = configured(", \"capabilities\": {\"bounding\": [\"CAP_KILL\"]}");
        assertEquals(new Capabilities(List.of("CAP_KILL", "CAP_X"), List.of("CAP_X"), List.of(), List.of("CAP_X"),
                List.of()), flags("", List.of("CAP_X")).applyTo(without).capabilities().orElseThrow());
        Process with = configured(", \"capabilities\": {\"inheritable\": [\"CAP_KILL\"]}");
        assertEquals(new Capabilities(List.of("CAP_X"), List.of("CAP_X"), List.of("CAP_KILL"), List.of("CAP_X"),
                List.of("CAP_X")), flags("", List.of("CAP_X")).applyTo(with).capabilities().orElseThrow());
    }

    @Test
    void capabilitiesAreAddedToNoneAsWell() {
        assertEquals(new Capabilities(List.of("CAP_X"), List.of("CAP_X"), List.of(), List.of("CAP_X"), List.of()),
                flags("", List.of("CAP_X")).applyTo(configured("")).capabilities().orElseThrow());
        assertEquals(Optional.empty(), flags("", List.of()).applyTo(configured("")).capabilities());
    }
}
