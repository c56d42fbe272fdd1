package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Resources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which properties of a unit the weights of block devices become on v2. */
class SystemdBlockIoTest {

    private static final int MIN = 10;
    private static final int MAX = 1000;

    @TempDir
    Path top;

    private final FakeSystemd systemd = new FakeSystemd();

    private String properties(String json, boolean bfq) throws IOException {
        return unified("", "'blockIO':{" + json + "}", bfq);
    }

    private String unified(String files, String json, boolean bfq) throws IOException {
        Resources resources = LimitsTest.resources(top, json + ",'unified':{" + files + "}");
        return SystemdBlockIo.of(resources, bfq, systemd).toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~                                                    | false | []
            'weight':0,'weightDevice':[{'major':8,'minor':0}]     | true  | []
            'weight':10                                           | false | [IOWeight=1]
            'weight':300                                          | false | [IOWeight=2930]
            'weight':1000                                         | false | [IOWeight=10000]
            'weight':10                                           | true  | [IOWeight=10]
            'weight':100                                          | true  | [IOWeight=100]
            'weight':101                                          | true  | [IOWeight=111]
            'weight':300                                          | true  | [IOWeight=2300]
            'weight':1000                                         | true  | [IOWeight=10000]
            'weightDevice':[{'major':8,'minor':16,'weight':500},{'major':8,'minor':0,'leafWeight':10}]  | false | [IODeviceWeight=[('/dev/block/8:16', 4950)]]
            'weight':50,'weightDevice':[{'major':8,'minor':16,'weight':500},{'major':8,'minor':0,'weight':10}] | true | [IOWeight=50, IODeviceWeight=[('/dev/block/8:16', 4500), ('/dev/block/8:0', 10)]]
            """)
    void everyWeightIsToldInTheScaleOfSystemd(String json, boolean bfq, String expected) throws IOException {
        assertEquals(expected, properties(json, bfq));
    }

    @Test
    void whatSystemdMakesOfItForBfqIsTheConfiguredWeight() throws IOException {
        for (int weight = MIN; weight <= MAX; weight++) {
            String told = properties("'weight':" + weight, true);
            assertEquals(weight, bfq(Integer.parseInt(told.replaceAll("\\D", ""))), told);
        }
    }

    /** How systemd 252 converts: two lines through the smallest, the default and the greatest value of both scales. */
    private static int bfq(int weight) {
        return weight <= 100 ? 100 - (100 - weight) * (100 - 1) / (100 - 1)
                : 100 + (weight - 100) * (1000 - 100) / (10000 - 100);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'io.max':'8:0 rbps=1'                                                 | false | []
            'io.weight':'42'                                                      | false | [IOWeight=42]
            'io.weight':'default 500\\n8:0 300\\n8:16 default\\n'           | false | [IOWeight=500, IODeviceWeight=[('/dev/block/8:0', 300)]]
            'io.weight':'500'                                                     | true  | [IOWeight=500]
            'io.bfq.weight':'200'                                                 | true  | [IOWeight=1200]
            'io.bfq.weight':'8:0 200','io.weight':'500'                           | true  | [IOWeight=500, IODeviceWeight=[('/dev/block/8:0', 1200)]]
            """)
    void theFilesOfUnifiedAreTold(String files, boolean bfq, String expected) throws IOException {
        assertEquals(expected, unified(files, "'blockIO':{}", bfq));
    }

    @Test
    void theFileThatTheKernelHeedsOverridesTheRest() throws IOException {
        String both = "'io.weight':'7','io.bfq.weight':'8'";
        assertEquals("[IOWeight=7]", unified(both, "'blockIO':{'weight':90}", false));
        assertEquals("[IOWeight=8]", unified(both, "'blockIO':{'weight':90}", true));
        assertEquals("[IOWeight=90]", unified("'io.weight':'7'", "'blockIO':{'weight':90}", true));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> unified("'io.weight':'x'", "'pids':{}", false));
        assertTrue(failure.getMessage().contains("/linux/resources/unified/io.weight: not a number"),
                failure.getMessage());
    }

    @Test
    void anOldSystemdGivesBfqTheNumberAsItIs() throws IOException {
        systemd.version = 249;
        assertEquals("[IOWeight=300]", properties("'weight':300", true));
        assertEquals("[IOWeight=2930]", properties("'weight':300", false));
    }
}
