package org.jrunc.cgroup;

import java.util.Optional;

/**
 * That the kernel killed a process of the cgroup because it ran out of the memory it may have.
 *
 * @param kills how many processes
 * @param limit the limit in bytes
 * @param peak  the most that was in use, empty when the kernel does not tell (v2 before 5.19)
 */
public record OomReport(long kills, String limit, String peak) {

    private static final String KILLS = "oom_kill ";

    /** {@code memory.oom_control} (memory.rst); the counter is there since Linux 4.13. */
    static Optional<OomReport> v1(CgroupDirectory directory) {
        return of(CgroupFiles.read(directory.file("memory.oom_control")),
                directory.file("memory.limit_in_bytes"), directory.file("memory.max_usage_in_bytes"));
    }

    /** {@code memory.events} (cgroup-v2.rst). */
    static Optional<OomReport> v2(CgroupDirectory directory) {
        return of(CgroupFiles.read(directory.file("memory.events")), directory.file("memory.max"),
                directory.file("memory.peak"));
    }

    private static Optional<OomReport> of(String events, String limitFile, String peakFile) {
        int start = events.indexOf(KILLS);
        if (start < 0) {
            return Optional.empty();
        }
        int end = events.indexOf('\n', start);
        long kills = Long.parseLong(events, start + KILLS.length(), end < 0 ? events.length() : end, 10);
        return kills == 0 ? Optional.empty()
                : Optional.of(new OomReport(kills, CgroupFiles.value(limitFile), CgroupFiles.value(peakFile)));
    }

    /** The numbers for a message. */
    public String text() {
        return "/linux/resources/memory/limit is " + limit + (peak.isEmpty() ? "" : ", peak usage " + peak)
                + ", processes killed: " + kills;
    }
}
