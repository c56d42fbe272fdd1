package org.jrunc.cgroup;

import org.jrunc.report.RuntimeFailure;

/**
 * Values of the configuration, which is in terms of cgroup v1, as the files of cgroup v2 want them. The formulas are
 * those of the other runtimes, so that a container weighs the same under each.
 */
final class Conversion {

    private static final long UNLIMITED = -1;
    private static final long DEFAULT_PERIOD = 100_000;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;

    private Conversion() {
    }

    /** A limit as v2 writes it: {@code max} for -1. */
    static String limit(long value) {
        return value < 0 ? "max" : Long.toString(value);
    }

    /** {@code memory.limit} and {@code memory.swap} unset are 0. */
    static boolean isUnset(long value) {
        return value == 0;
    }

    /**
     * {@code memory.swap.max}, which is swap alone, from {@code swap}, which is memory and swap together. 0 for unset
     * is told apart from 0 for no swap by {@link #isUnset} of {@code swap}.
     */
    static long swapMax(long limit, long swap) {
        if (limit == UNLIMITED && isUnset(swap)) {
            return UNLIMITED;
        }
        if (swap == UNLIMITED || isUnset(swap)) {
            return swap;
        }
        if (limit == UNLIMITED || isUnset(limit)) {
            throw new RuntimeFailure("unable to set swap limit without memory limit:"
                    + " /linux/resources/memory/swap is memory and swap together, /linux/resources/memory/limit must"
                    + " be a number then");
        }
        if (limit < 0) {
            throw new RuntimeFailure("invalid memory value: " + limit + " (/linux/resources/memory/limit)");
        }
        if (swap < limit) {
            throw new RuntimeFailure("memory+swap limit should be >= memory limit: /linux/resources/memory/swap is "
                    + swap + ", /linux/resources/memory/limit " + limit);
        }
        return swap - limit;
    }

    /**
     * {@code cpu.weight} (1 to 10000) from {@code cpu.shares} (2 to 262144): a curve through 2 → 1, 1024 → 100 and
     * 262144 → 10000, which keeps the default of the one the default of the other.
     */
    static long cpuWeight(long shares) {
        if (shares == 0) {
            return 0;
        }
        // Compared as unsigned: the specification's type is uint64.
        if (Long.compareUnsigned(shares, MIN_SHARES) <= 0) {
            return 1;
        }
        if (Long.compareUnsigned(shares, MAX_SHARES) >= 0) {
            return 10_000;
        }
        double l = Math.log(shares) / Math.log(2);
        double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
        double weight = Math.pow(10, exponent);
        // 1024 must be 100 and not 101 by the last bit of a logarithm.
        double nearest = Math.rint(weight);
        return (long) (Math.abs(weight - nearest) < 1e-9 ? nearest : Math.ceil(weight));
    }

    /** {@code cpu.max}: quota and period, of which either may be unset (0). */
    static String cpuMax(long quota, long period) {
        return (quota > 0 ? Long.toString(quota) : "max") + " "
                + Long.toUnsignedString(period == 0 ? DEFAULT_PERIOD : period);
    }

    /** {@code io.weight} (1 to 10000) from {@code blkio.weight} (10 to 1000). */
    static long ioWeight(long weight) {
        return weight == 0 ? 0 : Math.max(1, 1 + (weight - 10) * 9999 / 990);
    }

    /** {@code pids.max}: 0 is a limit (runtime-spec 1.3), but the kernel counts the first process as well. */
    static String pidsMax(long limit) {
        return limit < 0 ? "max" : limit == 0 ? "1" : Long.toString(limit);
    }

    /** A rate of {@code io.max}; v1 takes 0 for none. */
    static String rate(long rate) {
        return rate == 0 ? "max" : Long.toUnsignedString(rate);
    }
}
