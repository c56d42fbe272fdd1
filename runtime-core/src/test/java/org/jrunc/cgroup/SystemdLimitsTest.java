package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Resources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which properties of a unit the limits of a bundle become; those of runc. */
class SystemdLimitsTest {

    @TempDir
    Path top;

    private final FakeSystemd systemd = new FakeSystemd();
    private final List<String> warnings = new ArrayList<>();
    private final RuntimeLog log = (level, message) -> {
        if (level != RuntimeLog.Level.DEBUG) {
            warnings.add(message);
        }
    };

    private String properties(String json, boolean unified, boolean isNew) throws IOException {
        return SystemdLimits.of(LimitsTest.resources(top, json), unified, isNew, systemd, log).toString();
    }

    private String properties(String json) throws IOException {
        return properties(json, true, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'memory':{'limit':4096}                            | [MemoryMax=4096]
            'memory':{'limit':-1}                              | [MemoryMax=18446744073709551615, MemorySwapMax=18446744073709551615]
            'memory':{'limit':4096,'swap':8192}                | [MemoryMax=4096, MemorySwapMax=4096]
            'memory':{'limit':4096,'swap':4096}                | [MemoryMax=4096, MemorySwapMax=0]
            'memory':{'reservation':4096}                      | [MemoryLow=4096]
            'memory':{'limit':0}                               | []
            'cpu':{'shares':1024}                              | [CPUWeight=100]
            'cpu':{'quota':50000}                              | [CPUQuotaPerSecUSec=500000]
            'cpu':{'quota':50000,'period':200000}              | [CPUQuotaPeriodUSec=200000, CPUQuotaPerSecUSec=250000]
            'cpu':{'quota':12345,'period':100000}              | [CPUQuotaPeriodUSec=100000, CPUQuotaPerSecUSec=130000]
            'cpu':{'period':50000}                             | [CPUQuotaPeriodUSec=50000, CPUQuotaPerSecUSec=18446744073709551615]
            'cpu':{'quota':-1}                                 | [CPUQuotaPerSecUSec=18446744073709551615]
            'cpu':{'quota':9223372036854775807}                | [CPUQuotaPerSecUSec=18446744073709551615]
            'cpu':{'idle':1}                                   | [CPUWeight=0]
            'cpu':{'cpus':'0-1,8','mems':'0'}                  | [AllowedCPUs=[0x3, 0x1], AllowedMemoryNodes=[0x1]]
            'blockIO':{'weight':1000}                          | []
            'unified':{'memory.high':'1048576'}                | [MemoryHigh=1048576]
            'unified':{'memory.max':'max','memory.min':'4096'} | [MemoryMax=18446744073709551615, MemoryMin=4096]
            'unified':{'memory.swap.max':'0'}                  | [MemorySwapMax=0]
            'unified':{'cpu.max':'max 100000'}                 | [CPUQuotaPeriodUSec=100000, CPUQuotaPerSecUSec=18446744073709551615]
            'unified':{'cpu.max':'50000'}                      | [CPUQuotaPerSecUSec=500000]
            'unified':{'cpu.weight':'42'}                      | [CPUWeight=42]
            'unified':{'cpu.idle':'1'}                         | [CPUWeight=0]
            'unified':{'cpuset.cpus':'1'}                      | [AllowedCPUs=[0x2]]
            'unified':{'pids.max':'7'}                         | []
            'unified':{'io.weight':'7','io.bfq.weight':'7'}    | []
            'unified':{'hugetlb.2MB.max':'0'}                  | []
            'memory':{'limit':1},'unified':{'memory.max':'2'}  | [MemoryMax=2]
            'pids':{'limit':7}                                 | []
            """)
    void everyLimitThatSystemdKnowsOnV2(String json, String expected) throws IOException {
        assertEquals(expected, properties(json));
        assertEquals(List.of(), warnings);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'memory':{'limit':4096,'swap':8192,'reservation':1} | [MemoryLimit=4096]
            'cpu':{'shares':1024,'quota':50000,'cpus':'0'}      | [CPUShares=1024, CPUQuotaPerSecUSec=500000, AllowedCPUs=[0x1]]
            'blockIO':{'weight':500}                            | [BlockIOWeight=500]
            """)
    void everyLimitThatSystemdKnowsOnV1(String json, String expected) throws IOException {
        assertEquals(expected, properties(json, false, true));
    }

    @Test
    void leavesOutWhatAnOldSystemdDoesNotKnow() throws IOException {
        systemd.version = 241;
        assertEquals("[CPUQuotaPerSecUSec=250000]",
                properties("'cpu':{'quota':50000,'period':200000,'cpus':'0','idle':1}"));
    }

    @Test
    void tellsWhatToDoWhenMemoryRunsOutOnlyWhenTheUnitIsMade() throws IOException {
        String json = "'unified':{'memory.oom.group':'1'}";
        assertEquals("[]", properties(json));
        systemd.version = 253;
        assertEquals("[OOMPolicy='kill']", properties(json));
        assertEquals("[]", properties(json, true, false));
    }

    @Test
    void warnsThatAnIdleContainerHasNoWeight() throws IOException {
        assertEquals("[CPUWeight=0]", properties("'cpu':{'shares':1024,'idle':1}"));
        assertEquals("[CPUWeight=0]", properties("'unified':{'cpu.weight':'7','cpu.idle':'1'}"));
        assertTrue(warnings.getFirst().startsWith(
                "unable to apply both cpu.weight and cpu.idle to systemd, ignoring cpu.weight"), warnings.toString());
        assertEquals(2, warnings.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'cpu':{'cpus':'3-1'}                 | /linux/resources/cpu/cpus: invalid range: 3-1
            'unified':{'memory.high':'1M'}       | /linux/resources/unified/memory.high: not a number
            'unified':{'cpu.max':'x 1000'}       | /linux/resources/unified/cpu.max: not a number
            """)
    void refusesWhatCanNotBe(String json, String text) {
        String message = assertThrows(RuntimeFailure.class, () -> properties(json)).getMessage();
        assertTrue(message.startsWith("unable to apply cgroup configuration: " + text), message);
    }

    @Test
    void theQuotaInTheFileIsRoundedAsThatOfSystemd() throws IOException {
        assertEquals(OptionalLong.of(13000), quota("'cpu':{'quota':12345,'period':100000}"));
        assertEquals(OptionalLong.of(50000), quota("'cpu':{'quota':50000}"));
        assertEquals(OptionalLong.of(-1), quota("'cpu':{'quota':-1}"));
    }

    private OptionalLong quota(String json) throws IOException {
        Resources rounded = SystemdLimits.rounded(LimitsTest.resources(top, json));
        return rounded.cpu().orElseThrow().quota();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'pids':{'limit':-1}                                | Optional[TasksMax=18446744073709551615]
            'pids':{'limit':0}                                 | Optional[TasksMax=1]
            'pids':{'limit':10}                                | Optional[TasksMax=10]
            'pids':{'limit':10},'unified':{'pids.max':'7'}     | Optional[TasksMax=7]
            'unified':{'pids.max':'max'}                       | Optional[TasksMax=18446744073709551615]
            'pids':{}                                          | Optional.empty
            """)
    void theNumberOfProcesses(String json, String expected) throws IOException {
        assertEquals(expected, SystemdLimits.processes(LimitsTest.resources(top, json), true).toString());
    }
}
