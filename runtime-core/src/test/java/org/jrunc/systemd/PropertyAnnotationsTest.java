package org.jrunc.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertyAnnotationsTest {

    private static List<UnitProperty> of(String name, String value) {
        return PropertyAnnotations.of(Map.of("org.systemd.property." + name, value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "TimeoutStopUSec|uint64 123456789|TimeoutStopUSec=123456789|t",
        "CollectMode|'inactive-or-failed'|CollectMode='inactive-or-failed'|s",
        "TimeoutStopSec|5|TimeoutStopUSec=5000000|t",
        "TimeoutStopSec|uint32 90|TimeoutStopUSec=90000000|t",
        "TimeoutStopSec|1.5|TimeoutStopUSec=1500000|t",
        "TimeoutStopSec|uint64 18446744073709551615|TimeoutStopUSec=18446744073709551615|t",
        "XSec|5|XSec=5|i",
        "After|['a.service', 'b.service']|After=['a.service', 'b.service']|as",
        "SendSIGHUP|true|SendSIGHUP=true|b"})
    void makesPropertiesOfThem(String name, String value, String property, String type) {
        assertEquals(property, of(name, value).getFirst().toString());
        assertEquals(type, of(name, value).getFirst().value().signature());
    }

    @Test
    void leavesOtherAnnotationsAlone() {
        assertEquals(List.of(), PropertyAnnotations.of(Map.of("org.systemd.properties", "x", "a.b", "not a value")));
    }

    @ParameterizedTest
    @CsvSource({"ab,too short", "Timeout_Stop,only latin letters are allowed",
        "Überall,only latin letters are allowed",
        "'',too short"})
    void refusesNamesThatAreNone(String name, String why) {
        String message = assertThrows(RuntimeFailure.class, () -> of(name, "true")).getMessage();
        assertTrue(message.startsWith("annotation org.systemd.property." + name + " name incorrect: " + why), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "CollectMode|inactive|neither a number nor a quoted text",
        "TimeoutStopSec|'5'|not a number",
        "TimeoutStopSec|true|not a number",
        "TimeoutStopSec|-1|negative",
        "TimeoutStopSec|-1.5|out of range"})
    void refusesValuesThatAreNone(String name, String value, String why) {
        String message = assertThrows(RuntimeFailure.class, () -> of(name, value)).getMessage();
        assertTrue(message.startsWith("annotation org.systemd.property." + name + "=" + value
                + " value parse error: " + why), message);
    }
}
