package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {

    @ParameterizedTest
    @CsvSource({
        "9, 9", "0, 0", "64, 64", "KILL, 9", "SIGKILL, 9", "sigkill, 9", "Kill, 9", "TERM, 15", "HUP, 1", "SYS, 31",
        "CHLD, 17", "STOP, 19", "WINCH, 28", "USR2, 12", "IOT, 6", "CLD, 17", "POLL, 29", "RTMIN, 34", "SIGRTMIN+1, 35",
        "rtmin+30, 64", "RTMAX, 64", "RTMAX-1, 63", "RTMAX-30, 34"})
    void readsNumbersAndNames(String text, int number) {
        assertEquals(OptionalInt.of(number), Signals.number(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "65", "999999999999", "-9", "+9", "9 ", "SIG", "SIGSIGKILL", "KILLL", "kıll", "RTMIN+31", "RTMAX-31",
        "RTMIN-1",
        "RTMIN+", "RTMIN+x", "RTMID", "\u0661"})
    void knowsNoOthers(String text) {
        assertEquals(OptionalInt.empty(), Signals.number(text));
    }

    @Test
    void agreesWithTheKernelOnEveryName() {
        // The first 31 of "kill -l", which are the same on x86_64 and aarch64.
        String names = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP"
                + " TSTP "
                + "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS";
        int number = 1;
        for (String name : names.split(" ")) {
            assertEquals(OptionalInt.of(number++), Signals.number("SIG" + name));
        }
    }
}
