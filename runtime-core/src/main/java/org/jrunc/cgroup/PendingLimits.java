package org.jrunc.cgroup;

import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Resources;

/** Says which limits of the config are not applied yet. Every controller that is built takes its line away. */
final class PendingLimits {

    private PendingLimits() {
    }

    static void warn(Resources asked, RuntimeLog log) {
        warn(!asked.devices().isEmpty(), "devices", log);
        warn(asked.memory().isPresent(), "memory", log);
        warn(asked.cpu().isPresent(), "cpu", log);
        warn(asked.pids().isPresent(), "pids", log);
        warn(asked.blockIO().isPresent(), "blockIO", log);
        warn(!asked.hugepageLimits().isEmpty(), "hugepageLimits", log);
        warn(asked.network().isPresent(), "network", log);
        warn(!asked.rdma().isEmpty(), "rdma", log);
        warn(!asked.unified().isEmpty(), "unified", log);
    }

    private static void warn(boolean present, String property, RuntimeLog log) {
        if (present) {
            log.warn("linux.resources." + property + " is not applied: jrunc has no cgroup limits yet");
        }
    }
}
