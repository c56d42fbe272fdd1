package org.jrunc.process;

import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Process;
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

    /** Writes the lines about a further process of a container. */
    public static void warn(Process process, RuntimeLog log) {
        new NotYetApplied(log).process(process);
    }

    private void process(Process process) {
        line(!process.apparmorProfile().orElse("").isEmpty(), "/process/apparmorProfile", "the AppArmor profile");
        line(!process.selinuxLabel().orElse("").isEmpty(), "/process/selinuxLabel", "the SELinux label");
    }

    private void linux(Linux linux) {
        line(!linux.mountLabel().orElse("").isEmpty(), "/linux/mountLabel", "the SELinux label of mounts");
        line(linux.intelRdt().isPresent(), "/linux/intelRdt", "Intel RDT");
        line(!linux.netDevices().isEmpty(), "/linux/netDevices", "moving network devices");
    }

    private void line(boolean asked, String field, String what) {
        if (asked) {
            log.warn(field + ": " + what + " is not applied by this build yet");
        }
    }
}
