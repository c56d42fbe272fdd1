package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuListTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"0|{0}", "0-2,7|{0, 1, 2, 7}", " 1 ,, 3-3 ,|{1, 3}", "65535|{65535}", "007|{7}"})
    void readsNumbersAndRanges(String list, String numbers) {
        assertEquals(numbers, CpuList.parse(list).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "3-1|invalid range: 3-1",
        "a|not a number or a range: \"a\"",
        "1-|not a number or a range: \"1-\"",
        "-1|not a number or a range: \"-1\"",
        "1-2-3|not a number or a range: \"1-2-3\"",
        "0 1|not a number or a range: \"0 1\"",
        "65536|values larger than 65535 are not supported: \"65536\"",
        "99999999999999999999|values larger than 65535 are not supported: \"99999999999999999999\"",
        ",|names nothing: \",\"",
    })
    void saysWhatIsWrong(String list, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> CpuList.parse(list)).getMessage());
    }

    @Test
    void anEmptyListNamesNothing() {
        assertThrows(IllegalArgumentException.class, () -> CpuList.parse(""));
    }
}
