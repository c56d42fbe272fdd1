package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables by which values of v1 become values of v2. */
class ConversionTest {

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "2,1", "1024,100", "262144,10000", "262145,10000", "-1,10000", "3,2", "512,59",
        "2048,174", "4096,303", "100,17"})
    void sharesBecomeAWeightOnACurve(long shares, long weight) {
        assertEquals(weight, Conversion.cpuWeight(shares));
    }

    @Test
    void moreSharesNeverWeighLess() {
        long last = 0;
        for (long shares = 1; shares <= 262_144; shares++) {
            long weight = Conversion.cpuWeight(shares);
            assertTrue(weight >= last, shares + " shares");
            last = weight;
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "-1,0,-1", "-1,-1,-1", "0,-1,-1", "1000,0,0", "1000,-1,-1", "1000,1000,0", "1000,3000,2000"})
    void swapIsCountedWithoutMemory(long limit, long swap, long swapMax) {
        assertEquals(swapMax, Conversion.swapMax(limit, swap));
    }

    @ParameterizedTest
    @CsvSource({"0,1000,unable to set swap limit without memory limit",
        "-1,1000,unable to set swap limit without memory limit",
        "1000,999,memory+swap limit should be >= memory limit", "-5,1000,invalid memory value: -5"})
    void refusesASwapThatMakesNoSense(long limit, long swap, String phrase) {
        String text = assertThrows(RuntimeFailure.class, () -> Conversion.swapMax(limit, swap)).getMessage();
        assertTrue(text.startsWith(phrase) && text.contains("/linux/resources/memory/limit"), text);
    }

    @ParameterizedTest
    @CsvSource({"20000,50000,20000 50000", "20000,0,20000 100000", "-1,0,max 100000", "0,50000,max 50000"})
    void quotaAndPeriodAreOneLine(long quota, long period, String line) {
        assertEquals(line, Conversion.cpuMax(quota, period));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "10,1", "100,910", "500,4950", "1000,10000"})
    void blkioWeights(long v1, long v2) {
        assertEquals(v2, Conversion.ioWeight(v1));
    }

    @ParameterizedTest
    @CsvSource({"-1,max", "0,1", "1,1", "100,100"})
    void aLimitOfNoProcessesIsOne(long limit, String max) {
        assertEquals(max, Conversion.pidsMax(limit));
    }

    @ParameterizedTest
    @CsvSource({"0,max", "1,1", "-1,18446744073709551615"})
    void aRateOfNothingIsNoLimit(long rate, String text) {
        assertEquals(text, Conversion.rate(rate));
    }
}
