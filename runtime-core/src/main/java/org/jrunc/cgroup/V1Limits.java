package org.jrunc.cgroup;

import java.util.List;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Cpu;
import org.jrunc.spec.HugepageLimit;
import org.jrunc.spec.InterfacePriority;
import org.jrunc.spec.Memory;
import org.jrunc.spec.Network;
import org.jrunc.spec.Rdma;
import org.jrunc.spec.Resources;

/** Sets limits by the controllers of cgroup v1 (admin-guide/cgroup-v1). */
final class V1Limits {

    private final List<Place> places;
    private final RuntimeLog log;

    V1Limits(List<Place> places, RuntimeLog log) {
        this.places = places;
        this.log = log;
    }

    void apply(Resources asked) {
        if (!asked.unified().isEmpty()) {
            throw new RuntimeFailure("invalid configuration: cannot use unified on cgroup v1"
                    + " (/linux/resources/unified)");
        }
        if (asked.cpu().isPresent()) {
            cpu(asked.cpu().get());
        }
        if (asked.memory().isPresent()) {
            memory(asked.memory().get());
        }
        if (asked.blockIO().isPresent() && V1BlockIo.isAsked(asked.blockIO().get())) {
            new V1BlockIo(controller("blkio", "blockIO")).apply(asked.blockIO().get());
        }
        hugepages(asked.hugepageLimits());
        if (asked.network().isPresent()) {
            network(asked.network().get());
        }
        if (!asked.rdma().isEmpty()) {
            rdma(controller("rdma", "rdma"), asked.rdma());
        }
    }

    void processes(long limit) {
        controller("pids", "pids/limit").exact("pids/limit", "pids.max", Conversion.pidsMax(limit));
    }

    private void cpu(Cpu asked) {
        if (V1Cpu.isAsked(asked)) {
            new V1Cpu(controller("cpu", "cpu")).apply(asked);
        }
        // Its parents have all they can have since the directory was made, CgroupV1.settle().
        if (asked.cpus().isPresent() && !asked.cpus().get().isEmpty()) {
            cpuset("cpu/cpus", "cpuset.cpus", asked.cpus().get());
        }
        if (asked.mems().isPresent() && !asked.mems().get().isEmpty()) {
            cpuset("cpu/mems", "cpuset.mems", asked.mems().get());
        }
    }

    private void cpuset(String field, String file, String list) {
        // The kernel writes a list of its own style, so a comparison would warn about "0,1" and "0-1".
        controller("cpuset", field).write(field, file, list);
    }

    private void memory(Memory asked) {
        long limit = asked.limit().orElse(0);
        long swap = asked.swap().orElse(0);
        boolean other = asked.reservation().orElse(0) != 0 || asked.swappiness().isPresent()
                || asked.disableOOMKiller().orElse(false) || asked.useHierarchy().isPresent()
                || asked.kernel().orElse(0) != 0 || asked.kernelTCP().orElse(0) != 0;
        if (limit != 0 || swap != 0 || other) {
            new V1Memory(controller("memory", "memory")).apply(asked, limit, swap);
        }
    }

    private void hugepages(List<HugepageLimit> limits) {
        for (int i = 0; i < limits.size(); i++) {
            String field = "hugepageLimits/" + i;
            LimitWriter hugetlb = controller("hugetlb", field);
            String file = "hugetlb." + limits.get(i).pageSize();
            if (!hugetlb.has(file + ".limit_in_bytes")) {
                throw LimitWriter.failure(field + "/pageSize", "this host has no huge pages of "
                        + limits.get(i).pageSize() + ": no file " + hugetlb.path(file + ".limit_in_bytes"));
            }
            String value = Long.toUnsignedString(limits.get(i).limit());
            hugetlb.exact(field + "/limit", file + ".limit_in_bytes", value);
            // Since Linux 5.7: counts pages when they are reserved, so that a process gets ENOMEM and not SIGBUS.
            if (hugetlb.has(file + ".rsvd.limit_in_bytes")) {
                hugetlb.write(field + "/limit", file + ".rsvd.limit_in_bytes", value);
            }
        }
    }

    private void network(Network asked) {
        if (asked.classID().orElse(0) != 0) {
            controller("net_cls", "network/classID").exact("network/classID", "net_cls.classid",
                    Long.toString(asked.classID().getAsLong()));
        }
        List<InterfacePriority> priorities = asked.priorities();
        for (int i = 0; i < priorities.size(); i++) {
            String field = "network/priorities/" + i;
            controller("net_prio", field).write(field, "net_prio.ifpriomap",
                    priorities.get(i).name() + " " + priorities.get(i).priority());
        }
    }

    /** The same file on v1 and v2 (rdma.rst). */
    static void rdma(LimitWriter writer, Map<String, Rdma> limits) {
        for (Map.Entry<String, Rdma> each : limits.entrySet()) {
            Rdma limit = each.getValue();
            String value = each.getKey()
                    + (limit.hcaHandles().isPresent() ? " hca_handle=" + limit.hcaHandles().getAsLong() : "")
                    + (limit.hcaObjects().isPresent() ? " hca_object=" + limit.hcaObjects().getAsLong() : "");
            if (value.length() > each.getKey().length()) {
                writer.write("rdma/" + each.getKey(), "rdma.max", value);
            }
        }
    }

    /** Only these devices may be used; without any rule, those that every container has. */
    void devices(Resources asked) {
        LimitWriter writer = controller("devices", "devices");
        List<DeviceRules.Line> lines = DeviceRules.lines(asked.devices());
        for (int i = 0; i < lines.size(); i++) {
            writer.write(lines.get(i).field(), lines.get(i).file(), lines.get(i).value());
        }
    }

    private LimitWriter controller(String name, String field) {
        for (Place place : places) {
            if (place.has(name)) {
                return new LimitWriter(place.path(), log);
            }
        }
        throw new RuntimeFailure("cannot set " + name + " limit: container could not join or create cgroup:"
                + " /linux/resources/" + field + ": no cgroup v1 hierarchy with the controller " + name
                + " is mounted, or it is not permitted to use it");
    }
}
