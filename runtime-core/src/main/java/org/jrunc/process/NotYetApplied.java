package org.jrunc.process;

import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Process;
import org.jrunc.spec.Resources;
import org.jrunc.spec.Spec;

/** What a configuration asks for and this build does not do: one clear line each in the log, never silence. */
public final class NotYetApplied {

    private final RuntimeLog log;

    private NotYetApplied(RuntimeLog log) {
        this.log = log;
    }

    /** Writes the lines. */
    public static void warn(Spec spec, RuntimeLog log) {
        NotYetApplied report = new NotYetApplied(log);
        if (spec.process().isPresent()) {
            report.process(spec.process().get());
        }
        if (spec.linux().isPresent()) {
            report.linux(spec.linux().get());
        }
    }

    private void process(Process process) {
        line(!process.apparmorProfile().orElse("").isEmpty(), "/process/apparmorProfile", "the AppArmor profile");
        line(!process.selinuxLabel().orElse("").isEmpty(), "/process/selinuxLabel", "the SELinux label");
    }

    private void linux(Linux linux) {
        line(!linux.mountLabel().orElse("").isEmpty(), "/linux/mountLabel", "the SELinux label of mounts");
        line(linux.intelRdt().isPresent(), "/linux/intelRdt", "Intel RDT");
        line(!linux.netDevices().isEmpty(), "/linux/netDevices", "moving network devices");
        if (linux.resources().isPresent()) {
            resources(linux.resources().get());
        }
    }

    private void resources(Resources resources) {
        line(resources.memory().isPresent(), "/linux/resources/memory", "the memory limit");
        line(resources.cpu().isPresent(), "/linux/resources/cpu", "the CPU limit");
        line(resources.pids().isPresent(), "/linux/resources/pids", "the limit of processes");
        line(resources.blockIO().isPresent(), "/linux/resources/blockIO", "the block I/O limit");
        line(!resources.hugepageLimits().isEmpty(), "/linux/resources/hugepageLimits", "the huge page limit");
        line(resources.network().isPresent(), "/linux/resources/network", "the network class");
        line(!resources.rdma().isEmpty(), "/linux/resources/rdma", "the RDMA limit");
        line(!resources.unified().isEmpty(), "/linux/resources/unified", "the cgroup v2 settings");
        // Nearly every configuration has device rules; a warning for all would be noise.
        if (!resources.devices().isEmpty()) {
            log.debug("/linux/resources: device rules are not applied by this build yet");
        }
    }

    private void line(boolean asked, String field, String what) {
        if (asked) {
            log.warn(field + ": " + what + " is not applied by this build yet");
        }
    }
}
