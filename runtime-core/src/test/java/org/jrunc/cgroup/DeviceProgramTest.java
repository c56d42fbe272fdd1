package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.DeviceCgroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the BPF program of device rules answers. */
class DeviceProgramTest {

    private static final DeviceCgroup DENY_ALL = rule(false, "a", -1, -1, "rwm");
    private static final DeviceCgroup ALLOW_ALL = rule(true, "a", -1, -1, "rwm");

    private static DeviceCgroup rule(boolean allow, String type, long major, long minor, String access) {
        return new DeviceCgroup(allow, Optional.of(type), OptionalLong.of(major), OptionalLong.of(minor),
                Optional.of(access));
    }

    /** {@code "+c 10:* rw"} and the like. */
    private static DeviceCgroup rule(String text) {
        String[] words = text.substring(1).split("[ :]");
        return rule(text.charAt(0) == '+', words[0], number(words[1]), number(words[2]), words[3]);
    }

    private static long number(String text) {
        return text.equals("*") ? -1 : Long.parseLong(text);
    }

    private static boolean allows(List<DeviceCgroup> rules, char type, int major, int minor, String access) {
        return allows(new BpfMachine(DeviceProgram.of(rules).compile()), type, major, minor, access);
    }

    private static boolean allows(BpfMachine program, char type, int major, int minor, String access) {
        int bits = (access.contains("m") ? 1 : 0) | (access.contains("r") ? 2 : 0) | (access.contains("w") ? 4 : 0);
        long answer = program.run(bits << 16 | (type == 'b' ? 1 : 2), major, minor);
        assertTrue(answer == 0 || answer == 1, "answer " + answer);
        return answer == 1;
    }

    private static boolean allows(String rules, String request) {
        List<DeviceCgroup> list = new ArrayList<>();
        for (String each : rules.split(" *; *")) {
            list.add(rule(each));
        }
        String[] words = request.split("[ :]");
        return allows(list, words[0].charAt(0), Integer.parseInt(words[1]), Integer.parseInt(words[2]), words[3]);
    }

    @ParameterizedTest
    @CsvSource({
        "c 1:3 rw, true", "c 1:5 r, true", "c 1:7 w, true", "c 1:8 r, true", "c 1:9 rw, true", "c 5:0 rw, true",
        "c 5:2 rwm, true", "c 136:0 rw, true", "c 136:1048575 rw, true", "c 10:200 rw, true",
        "c 8:0 m, true", "b 8:0 m, true",
        "c 1:1 r, false", "c 1:4 r, false", "b 1:3 r, false", "b 8:0 r, false", "c 5:1 r, false", "c 137:0 r, false",
        "c 10:201 r, false", "c 8:0 rm, false", "b 8:0 rwm, false"})
    void byDefaultOnlyTheUsualDevicesAndEveryNode(String request, boolean allowed) {
        assertEquals(allowed, allows("-a *:* rwm", request));
        String[] words = request.split("[ :]");
        assertEquals(allowed, allows(List.of(), words[0].charAt(0), Integer.parseInt(words[1]),
                Integer.parseInt(words[2]), words[3]), "without rules");
    }

    @ParameterizedTest
    @CsvSource({
        // wildcards
        "+c 10:* rwm, c 10:1 rw, true", "+c 10:* rwm, c 11:1 rw, false", "+c 10:* rwm, b 10:1 r, false",
        "+c *:229 r, c 77:229 r, true", "+c *:229 r, c 77:229 rw, false", "+c *:229 r, c 77:228 r, false",
        "+b *:* r, b 8:1 r, true", "+b *:* r, b 8:1 w, false", "+b *:* r, c 8:1 r, false",
        "+a 10:229 rw, b 10:229 rw, true", "+a 10:229 rw, c 10:229 rw, true", "+a *:* r, c 9:9 r, true",
        // two rules together
        "+c 10:229 r; +c 10:229 w, c 10:229 rw, true", "+c 10:229 r; +c 10:* w, c 10:229 rw, true",
        "+c 10:229 r; +c 10:* w, c 10:228 rw, false",
        // the last one wins, for what it names
        "+c 10:229 rwm; -c 10:229 w, c 10:229 r, true", "+c 10:229 rwm; -c 10:229 w, c 10:229 w, false",
        "+c 10:229 rwm; -c 10:229 w, c 10:229 rw, false", "-c 10:229 w; +c 10:229 rwm, c 10:229 rw, true",
        "+c 10:* rwm; -c 10:229 rwm, c 10:229 r, false", "+c 10:* rwm; -c 10:229 rwm, c 10:228 rw, true",
        "+c 10:* rwm; -c 10:229 r; +c *:229 r, c 10:229 rw, true", "-c 1:3 rwm, c 1:3 rw, true",
        // everything but
        "+a *:* rwm, b 8:0 rwm, true", "+a *:* rwm; -b 8:0 w, b 8:0 r, true", "+a *:* rwm; -b 8:0 w, b 8:0 rw, false",
        "+a *:* rwm; -b 8:* rwm; +b 8:1 r, b 8:1 r, true", "+a *:* rwm; -b 8:* rwm; +b 8:1 r, b 8:1 w, false",
        "+a *:* rwm; -b 8:* rwm; +b 8:1 r, b 8:2 r, false", "+a *:* rwm; -c 1:3 r, c 1:3 r, false",
        // what was before a rule for everything does not matter
        "+b 8:0 r; -a *:* rwm, b 8:0 r, false", "-b 8:0 r; +a *:* rwm, b 8:0 r, true",
        // numbers at the border
        "+c 4095:1048575 r, c 4095:1048575 r, true", "+c 0:0 r, c 0:0 r, true", "+c 0:0 r, c 0:1 r, false",
        "+c 65537:3 r, c 1:3 r, true", "+c 65536:5 r, b 0:5 r, false"})
    void theLastRuleForAnAccessDecides(String rules, String request, boolean allowed) {
        assertEquals(allowed, allows(rules, request));
    }

    /** Every access by itself, by its definition. */
    private static boolean expected(List<DeviceCgroup> rules, char type, int major, int minor, String access) {
        for (char one : access.toCharArray()) {
            boolean allowed = false;
            for (DeviceRule rule : DeviceRule.of(rules)) {
                int bit = one == 'r' ? DeviceRule.READ : one == 'w' ? DeviceRule.WRITE : DeviceRule.MKNOD;
                if ((rule.type() == 'a' || rule.type() == type) && (rule.major() < 0 || rule.major() == major)
                        && (rule.minor() < 0 || rule.minor() == minor) && (rule.access() & bit) != 0) {
                    allowed = rule.allow();
                }
            }
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    @Test
    void anyListIsAnsweredRuleByRule() {
        Random random = new Random(4711);
        String[] access = {"r", "w", "m", "rw", "rm", "wm", "rwm"};
        int yes = 0;
        for (int round = 0; round < 2000; round++) {
            List<DeviceCgroup> rules = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                rules.add(rule(random.nextBoolean(), random.nextInt(9) == 0 ? "a" : random.nextBoolean() ? "c" : "b",
                        random.nextInt(4) - 1, random.nextInt(4) - 1, access[random.nextInt(7)]));
            }
            BpfMachine program = new BpfMachine(DeviceProgram.of(rules).compile());
            for (int i = 0; i < 40; i++) {
                char type = random.nextBoolean() ? 'c' : 'b';
                int major = random.nextInt(4);
                int minor = random.nextInt(4);
                String asked = access[random.nextInt(7)];
                boolean allowed = expected(rules, type, major, minor, asked);
                assertEquals(allowed, allows(program, type, major, minor, asked),
                        () -> type + " " + major + ":" + minor + " " + asked + " by " + rules);
                yes += allowed ? 1 : 0;
            }
        }
        assertTrue(yes > 10_000 && yes < 70_000, "both answers are tried: " + yes);
    }

    @Test
    void everythingNeedsNoProgram() {
        assertTrue(DeviceProgram.of(List.of(DENY_ALL, ALLOW_ALL)).allowsEverything());
        assertFalse(DeviceProgram.of(List.of(ALLOW_ALL, DENY_ALL)).allowsEverything());
        assertFalse(DeviceProgram.of(List.of(ALLOW_ALL, rule("-c 1:3 r"))).allowsEverything());
    }

    @Test
    void refusesANumberThatNoDeviceCanHave() {
        String text = assertThrows(RuntimeFailure.class, () -> DeviceProgram.of(List.of(DENY_ALL,
                rule(true, "c", 1, 4294967296L, "r")))).getMessage();
        assertTrue(text.contains("/linux/resources/devices/1/minor: 4294967296: "), text);
    }
}
