package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.DeviceCgroup;
import org.junit.jupiter.api.Test;

/** Which lines an ordered list of device rules becomes. */
class DeviceRulesTest {

    private static final List<String> DEFAULTS = List.of("+c *:* m", "+b *:* m", "+c 1:3 rwm", "+c 1:8 rwm",
            "+c 1:7 rwm", "+c 1:5 rwm", "+c 1:9 rwm", "+c 5:0 rwm", "+c 5:2 rwm", "+c 136:* rwm", "+c 10:200 rwm");

    private static final DeviceCgroup DENY_ALL = rule(false, "a", -1, -1, "rwm");

    private static DeviceCgroup rule(boolean allow, String type, long major, long minor, String access) {
        return new DeviceCgroup(allow, Optional.of(type), OptionalLong.of(major), OptionalLong.of(minor),
                Optional.of(access));
    }

    private static List<String> lines(DeviceCgroup... rules) {
        List<String> lines = new ArrayList<>();
        for (DeviceRules.Line line : DeviceRules.lines(List.of(rules))) {
            lines.add((line.file().equals("devices.allow") ? "+" : "-") + line.value());
        }
        return lines;
    }

    private static List<String> denied(String... own) {
        List<String> lines = new ArrayList<>(List.of("-a"));
        lines.addAll(List.of(own));
        lines.addAll(DEFAULTS);
        return lines;
    }

    @Test
    void withoutRulesOnlyTheDefaultDevicesAreAllowed() {
        assertEquals(denied(), lines());
        assertEquals(denied(), lines(DENY_ALL));
        assertEquals(denied(), lines(new DeviceCgroup(false, Optional.empty(), OptionalLong.empty(),
                OptionalLong.empty(), Optional.of("rwm"))));
    }

    @Test
    void theConfigurationsRulesComeFirstInTheirOrder() {
        assertEquals(denied("+c 10:229 rwm", "+b 8:20 rw", "+b 10:200 r"), lines(DENY_ALL,
                rule(true, "c", 10, 229, "rwm"), rule(true, "b", 8, 20, "rw"), rule(true, "b", 10, 200, "r")));
    }

    @Test
    void allowingEverythingForgetsWhatWasBefore() {
        assertEquals(List.of("+a"), lines(DENY_ALL, rule(true, "c", 10, 229, "rwm"), rule(true, "a", -1, -1, "rwm")));
    }

    @Test
    void whatIsDeniedAfterwardsStaysDenied() {
        assertEquals(List.of("+a", "-c 10:229 rw"), lines(rule(true, "a", -1, -1, "rwm"),
                rule(false, "c", 10, 229, "rw")));
    }

    @Test
    void aLaterRuleTakesBackPartOfAnEarlierOne() {
        assertEquals(denied("+c 10:229 rwm", "-c 10:229 w"), lines(DENY_ALL, rule(true, "c", 10, 229, "rwm"),
                rule(false, "c", 10, 229, "w")));
    }

    @Test
    void aWideRuleIsWrittenForEachExceptionItCovers() {
        // To the kernel "c 10:* rwm" would be nothing, for there is no such exception.
        assertEquals(denied("+c 10:229 rwm", "+c 10:1 r", "+c 11:1 r", "-c 10:229 rw", "-c 10:1 r"),
                lines(DENY_ALL, rule(true, "c", 10, 229, "rwm"), rule(true, "c", 10, 1, "r"),
                        rule(true, "c", 11, 1, "r"), rule(false, "c", 10, -1, "rw")));
    }

    @Test
    void refusesToCutAPieceOutOfAWideRule() {
        String text = assertThrows(RuntimeFailure.class, () -> lines(DENY_ALL, rule(true, "c", 10, -1, "rwm"),
                rule(false, "c", 10, 229, "rw"))).getMessage();
        assertTrue(text.contains("/linux/resources/devices/2: deny c 10:229 rw") && text.contains(
                "cannot punch hole in existing wildcard rule [c 10:* rwm]"), text);
        assertEquals(denied("+c 10:* r"), lines(DENY_ALL, rule(true, "c", 10, -1, "r"),
                rule(false, "c", 10, 229, "w")), "no common permission");
    }

    @Test
    void aRuleForAllTypesThatIsNotForEverythingIsTwo() {
        assertEquals(denied("+b 10:229 rw", "+c 10:229 rw"), lines(rule(true, "a", 10, 229, "rw")));
        assertEquals(denied("+b *:* r", "+c *:* r"), lines(rule(true, "a", -1, -1, "r")));
    }
}
