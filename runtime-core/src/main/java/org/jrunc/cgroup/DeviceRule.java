package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.spec.DeviceCgroup;

/**
 * A rule about devices, free of what the configuration may leave out. Of the rules that match a device, the last one
 * that names an access decides about that access.
 *
 * @param field  the property it comes from
 * @param allow  allow or deny
 * @param type   {@code c} or {@code b}; {@code a} only in a rule for all access to all devices
 * @param major  major number or {@link #ANY}
 * @param minor  minor number or {@link #ANY}
 * @param access bits: {@link #MKNOD}, {@link #READ}, {@link #WRITE}
 */
record DeviceRule(String field, boolean allow, char type, long major, long minor, int access) {

    static final long ANY = -1;
    /** {@code BPF_DEVCG_ACC_*} of linux/bpf.h. */
    static final int MKNOD = 1;
    static final int READ = 2;
    static final int WRITE = 4;
    static final int ALL = MKNOD | READ | WRITE;

    private static final long MAX = 0xffffffffL;

    /**
     * All rules of a container in their order. Before them, nothing is allowed; after those of the configuration come
     * those for the devices every container has, unless everything is allowed anyway.
     */
    static List<DeviceRule> of(List<DeviceCgroup> configured) {
        List<DeviceRule> rules = new ArrayList<>();
        boolean everything = false;
        for (int i = 0; i < configured.size(); i++) {
            DeviceCgroup from = configured.get(i);
            String field = "devices/" + i;
            char type = from.type().orElse("a").charAt(0);
            long major = number(field + "/major", from.major().orElse(ANY));
            long minor = number(field + "/minor", from.minor().orElse(ANY));
            int access = access(from.access().orElse("rwm"));
            if (type == 'a' && major == ANY && minor == ANY && access == ALL) {
                rules.add(new DeviceRule(field, from.allow(), 'a', ANY, ANY, ALL));
                everything = from.allow();
                continue;
            }
            if (type != 'c') {
                rules.add(new DeviceRule(field, from.allow(), 'b', major, minor, access));
            }
            if (type != 'b') {
                rules.add(new DeviceRule(field, from.allow(), 'c', major, minor, access));
            }
        }
        if (!everything) {
            defaults(rules);
        }
        return rules;
    }

    /** Making nodes of every kind; then null, zero, full, random, urandom, tty, ptmx and the terminals, tun. */
    private static void defaults(List<DeviceRule> rules) {
        String field = "devices (default devices)";
        rules.add(new DeviceRule(field, true, 'c', ANY, ANY, MKNOD));
        rules.add(new DeviceRule(field, true, 'b', ANY, ANY, MKNOD));
        int[] memory = {3, 8, 7, 5, 9};
        for (int minor : memory) {
            rules.add(new DeviceRule(field, true, 'c', 1, minor, ALL));
        }
        rules.add(new DeviceRule(field, true, 'c', 5, 0, ALL));
        rules.add(new DeviceRule(field, true, 'c', 5, 2, ALL));
        rules.add(new DeviceRule(field, true, 'c', 136, ANY, ALL));
        rules.add(new DeviceRule(field, true, 'c', 10, 200, ALL));
    }

    private static long number(String field, long number) {
        if (number > MAX) {
            throw LimitWriter.failure(field, number + ": no device has a number above " + MAX);
        }
        return number < 0 ? ANY : number;
    }

    private static int access(String letters) {
        return (letters.indexOf('r') >= 0 ? READ : 0) | (letters.indexOf('w') >= 0 ? WRITE : 0)
                | (letters.indexOf('m') >= 0 ? MKNOD : 0);
    }

    /** Whether it is for all access to all devices, so that those before it do not matter. */
    boolean isForEverything() {
        return type == 'a';
    }

    /** The same for other access. */
    DeviceRule with(int newAccess) {
        return new DeviceRule(field, allow, type, major, minor, newAccess);
    }

    /** Whether it is for all devices that another one is for. */
    boolean covers(DeviceRule other) {
        return type == other.type && (major == ANY || major == other.major) && (minor == ANY || minor == other.minor);
    }

    /** Whether there are devices that both are for. */
    boolean overlaps(DeviceRule other) {
        return type == other.type && (major == ANY || other.major == ANY || major == other.major)
                && (minor == ANY || other.minor == ANY || minor == other.minor);
    }

    /** As cgroup v1 writes it: {@code c 1:3 rwm}. */
    String text() {
        return type + " " + text(major) + ":" + text(minor) + " " + letters();
    }

    /** What it is about: {@code r}, {@code w}, {@code m}. */
    String letters() {
        return ((access & READ) != 0 ? "r" : "") + ((access & WRITE) != 0 ? "w" : "")
                + ((access & MKNOD) != 0 ? "m" : "");
    }

    private static String text(long number) {
        return number == ANY ? "*" : Long.toString(number);
    }
}
