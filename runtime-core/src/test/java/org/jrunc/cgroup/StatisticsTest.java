package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jrunc.spec.JsonWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics from files as the kernel writes them. */
class StatisticsTest {

    private static final String NO_CPUSET = "'cpuset':{'cpu_exclusive':0,'mem_hardwall':0,'mem_exclusive':0,"
            + "'memory_migrate':0,'memory_spread_page':0,'memory_spread_slab':0,'memory_pressure':0,"
            + "'sched_load_balance':0,'sched_relax_domain_level':0}";

    @TempDir
    Path directory;

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private String json(FileCgroup cgroup) {
        JsonWriter json = JsonWriter.compact();
        cgroup.statistics(json);
        return json.toString().replace('"', '\'');
    }

    private List<Place> place(String... controllers) {
        return List.of(new Place(List.of(controllers), "", new CgroupDirectory(directory.toString())));
    }

    @Test
    void ofV2AreToldInTheTermsOfV1() throws IOException {
        file("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 3\nnr_throttled 2\n"
                + "throttled_usec 7\n");
        file("cpu.pressure", "some avg10=1.50 avg60=0.00 avg300=0.07 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00"
                + " total=0\n");
        file("memory.stat", "anon 5\nfile 6\n");
        file("memory.current", "1000\n");
        file("memory.max", "max\n");
        file("memory.peak", "1100\n");
        file("memory.swap.current", "50\n");
        file("memory.swap.max", "max\n");
        file("pids.current", "4\n");
        file("pids.max", "max\n");
        file("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n");
        file("hugetlb.2MB.current", "2097152\n");
        file("hugetlb.2MB.events", "max 9\n");
        assertEquals("{'cpu':{'usage':{'total':30000,'kernel':20000,'user':10000},'throttling':{'periods':3,"
                + "'throttledPeriods':2,'throttledTime':7000},'psi':{'some':{'avg10':1.5,'avg60':0,'avg300':0.07,"
                + "'total':12},'full':{'avg10':0,'avg60':0,'avg300':0,'total':0}}}," + NO_CPUSET
                + ",'memory':{'cache':6,'usage':{'limit':18446744073709551615,'usage':1000,'max':1100,'failcnt':0},"
                + "'swap':{'limit':18446744073709551615,'usage':1050,'failcnt':0},'kernel':{'limit':0,'failcnt':0},"
                + "'kernelTCP':{'limit':0,'failcnt':0},'raw':{'anon':5,'file':6}},'pids':{'current':4},"
                + "'blkio':{'ioServiceBytesRecursive':[{'major':8,'op':'Read','value':1},"
                + "{'major':8,'op':'Write','value':2}],'ioServicedRecursive':[{'major':8,'op':'Read','value':3},"
                + "{'major':8,'op':'Write','value':4}]},'hugetlb':{'2MB':{'usage':2097152,'failcnt':9}},"
                + "'intel_rdt':{},'network_interfaces':null}", json(new CgroupV2(Optional.empty(), place(""))));
    }

    @Test
    void limitsOfV2AreAddedUp() throws IOException {
        file("memory.max", "100\n");
        file("memory.swap.max", "20\n");
        file("pids.max", "7\n");
        String json = json(new CgroupV2(Optional.empty(), place("")));
        assertEquals(true, json.contains("'swap':{'limit':120,") && json.contains("'pids':{'limit':7}"), json);
    }

    @Test
    void ofV1AreThoseOfItsFiles() throws IOException {
        file("cpuacct.usage", "30\n");
        file("cpuacct.usage_percpu", "10 20 \n");
        file("cpuacct.usage_all", "cpu user system\n0 1 2\n1 3 4\n");
        file("cpuacct.stat", "user 5\nsystem 6\n");
        file("cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
        file("cpuset.cpus", "0-1,3\n");
        file("cpuset.mems", "0\n");
        file("cpuset.sched_relax_domain_level", "-1\n");
        file("memory.stat", "cache 8\nrss 9\n");
        file("memory.limit_in_bytes", "9223372036854771712\n");
        file("memory.usage_in_bytes", "5\n");
        file("memory.failcnt", "2\n");
        file("blkio.bfq.io_serviced_recursive", "Total 0\n");
        file("blkio.throttle.io_serviced_recursive", "8:16 Read 3\n8:16 Total 3\nTotal 3\n");
        String json = json(new CgroupV1(Optional.empty(), place("cpu", "cpuacct", "cpuset", "memory", "blkio")));
        assertEquals("{'cpu':{'usage':{'total':30,'percpu':[10,20],'percpu_kernel':[2,4],'percpu_user':[1,3],"
                + "'kernel':60000000,'user':50000000},'throttling':{}},'cpuset':{'cpus':[0,1,3],'cpu_exclusive':0,"
                + "'mems':[0],'mem_hardwall':0,'mem_exclusive':0,'memory_migrate':0,'memory_spread_page':0,"
                + "'memory_spread_slab':0,'memory_pressure':0,'sched_load_balance':0,'sched_relax_domain_level':-1},"
                + "'memory':{'cache':8,'usage':{'limit':9223372036854771712,'usage':5,'failcnt':2},"
                + "'swap':{'limit':0,'failcnt':0},'kernel':{'limit':0,'failcnt':0},'kernelTCP':{'limit':0,'failcnt':0},"
                + "'raw':{'cache':8,'rss':9}},'pids':{},'blkio':{'ioServicedRecursive':[{'major':8,'minor':16,"
                + "'op':'Read','value':3},{'major':8,'minor':16,'op':'Total','value':3}]},'hugetlb':{},'intel_rdt':{},"
                + "'network_interfaces':null}", json);
    }
}
