package org.jrunc.cgroup;

import org.jrunc.kernel.Errno;
import org.jrunc.spec.Memory;

/** The memory controller of cgroup v1 (cgroup-v1/memory.rst). */
final class V1Memory {

    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String SWAP = "memory.memsw.limit_in_bytes";
    private static final long UNLIMITED = -1;

    private final LimitWriter files;

    V1Memory(LimitWriter files) {
        this.files = files;
    }

    void apply(Memory asked, long limit, long swap) {
        limitAndSwap(limit, swap);
        if (asked.reservation().orElse(0) != 0) {
            number("memory/reservation", "memory.soft_limit_in_bytes", asked.reservation().getAsLong());
        }
        if (asked.kernel().orElse(0) != 0) {
            files.ignored("memory/kernel", "Linux has no limit of kernel memory any more (since 5.16), it counts as"
                    + " memory");
        }
        if (asked.kernelTCP().orElse(0) != 0) {
            number("memory/kernelTCP", "memory.kmem.tcp.limit_in_bytes", asked.kernelTCP().getAsLong());
        }
        if (asked.disableOOMKiller().orElse(false)) {
            files.write("memory/disableOOMKiller", "memory.oom_control", "1");
        }
        if (asked.swappiness().isPresent() && asked.swappiness().getAsLong() != UNLIMITED) {
            swappiness(asked.swappiness().getAsLong());
        }
        if (asked.useHierarchy().isPresent()) {
            hierarchy(asked.useHierarchy().get());
        }
    }

    /**
     * The kernel keeps memory and swap together at or above memory alone at every moment, so the order depends on
     * whether they are raised or lowered. Unlimited memory implies unlimited swap unless that is set as well.
     */
    private void limitAndSwap(long limit, long askedSwap) {
        long swap = limit == UNLIMITED && askedSwap == 0 && files.has(SWAP) ? UNLIMITED : askedSwap;
        boolean swapFirst = limit != 0 && swap != 0
                && (swap == UNLIMITED || Long.compareUnsigned(current(LIMIT), swap) < 0);
        if (swapFirst) {
            number("memory/swap", SWAP, swap);
        }
        if (limit != 0) {
            limit(limit);
        }
        if (swap != 0 && !swapFirst) {
            number("memory/swap", SWAP, swap);
        }
    }

    private void limit(long limit) {
        int errno = files.attempt(LIMIT, Long.toString(limit));
        if (errno == Errno.EBUSY) {
            throw LimitWriter.failure("memory/limit", "unable to set memory limit to " + limit + " (current usage: "
                    + files.read("memory.usage_in_bytes") + ", peak usage: "
                    + files.read("memory.max_usage_in_bytes") + "): write " + files.path(LIMIT)
                    + ": EBUSY: the kernel could not free enough, the limit must be higher");
        }
        if (errno != 0) {
            throw files.refused("memory/limit", LIMIT, Long.toString(limit), errno);
        }
        if (limit != UNLIMITED) {
            files.compare("memory/limit", LIMIT, Long.toString(limit));
        }
    }

    private void number(String field, String file, long value) {
        if (value == UNLIMITED) {
            files.write(field, file, "-1");
        } else {
            files.exact(field, file, Long.toString(value));
        }
    }

    private void swappiness(long swappiness) {
        if (swappiness < 0 || swappiness > 100) {
            throw LimitWriter.failure("memory/swappiness", "invalid memory swappiness value: "
                    + Long.toUnsignedString(swappiness) + " (valid range is 0-100)");
        }
        files.exact("memory/swappiness", "memory.swappiness", Long.toString(swappiness));
    }

    /** Since Linux 5.11 memory is always counted in the cgroups above as well. */
    private void hierarchy(boolean use) {
        String value = use ? "1" : "0";
        if (!files.read("memory.use_hierarchy").equals(value)
                && files.attempt("memory.use_hierarchy", value) != 0) {
            files.ignored("memory/useHierarchy", "the kernel keeps memory.use_hierarchy at "
                    + files.read("memory.use_hierarchy"));
        }
    }

    private long current(String file) {
        String value = files.read(file);
        return value.isEmpty() ? 0 : Long.parseUnsignedLong(value);
    }
}
