package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jrunc.spec.DeviceCgroup;

/**
 * Turns an ordered list of device rules into what has to be written to {@code devices.allow} and {@code devices.deny}
 * (cgroup-v1 devices.rst). Nothing is allowed at first; after the rules of the configuration come those for the devices
 * every container has.
 *
 * <p>The kernel keeps a default and a list of exceptions, and takes away an exception only if exactly that one is
 * named. So that a later rule always overrides an earlier one, a wide rule is written once for every exception that it
 * covers; a narrow rule that would have to cut a piece out of a wide exception can not be kept, and is an error rather
 * than, as in the kernel, nothing.
 */
final class DeviceRules {

    private static final long ANY = -1;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int MKNOD = 4;
    private static final int ALL = READ | WRITE | MKNOD;

    /** A line to write. */
    record Line(String field, boolean allow, String value) {

        String file() {
            return allow ? "devices.allow" : "devices.deny";
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private final List<Entry> exceptions = new ArrayList<>();
    private boolean allowed;

    private DeviceRules() {
    }

    /** The lines for a container with these rules. */
    static List<Line> lines(List<DeviceCgroup> rules) {
        return of(rules).lines;
    }

    /** What a container with these rules may do at last. */
    static DeviceRules of(List<DeviceCgroup> rules) {
        DeviceRules state = new DeviceRules();
        state.reset("devices", false);
        for (int i = 0; i < rules.size(); i++) {
            state.add("devices/" + i, rules.get(i));
        }
        if (!state.allowed) {
            state.defaults();
        }
        return state;
    }

    /** Whether everything is allowed but the exceptions, and not the exceptions alone. */
    boolean isAllowed() {
        return allowed;
    }

    /** The exceptions; those of the same devices are one. */
    List<Entry> exceptions() {
        List<Entry> merged = new ArrayList<>();
        for (Entry exception : exceptions) {
            Entry all = exception;
            for (Iterator<Entry> each = merged.iterator(); each.hasNext();) {
                Entry other = each.next();
                if (other.covers(exception) && exception.covers(other)) {
                    all = other.with(other.access | all.access);
                    each.remove();
                }
            }
            merged.add(all);
        }
        return merged;
    }

    /** Making nodes of every kind; then null, zero, full, random, urandom, tty, ptmx and the terminals, tun. */
    private void defaults() {
        String field = "devices (default devices)";
        apply(field, true, new Entry('c', ANY, ANY, MKNOD));
        apply(field, true, new Entry('b', ANY, ANY, MKNOD));
        int[] memory = {3, 8, 7, 5, 9};
        for (int minor : memory) {
            apply(field, true, new Entry('c', 1, minor, ALL));
        }
        apply(field, true, new Entry('c', 5, 0, ALL));
        apply(field, true, new Entry('c', 5, 2, ALL));
        apply(field, true, new Entry('c', 136, ANY, ALL));
        apply(field, true, new Entry('c', 10, 200, ALL));
    }

    private void add(String field, DeviceCgroup rule) {
        char type = rule.type().orElse("a").charAt(0);
        long major = number(rule.major().orElse(ANY));
        long minor = number(rule.minor().orElse(ANY));
        int access = access(rule.access().orElse("rwm"));
        if (type == 'a' && major == ANY && minor == ANY && access == ALL) {
            reset(field, rule.allow());
            return;
        }
        if (type == 'a' || type == 'b') {
            apply(field, rule.allow(), new Entry('b', major, minor, access));
        }
        if (type == 'a' || type == 'c') {
            apply(field, rule.allow(), new Entry('c', major, minor, access));
        }
    }

    private static long number(long number) {
        return number < 0 ? ANY : number;
    }

    /** Whatever was before does not matter any more, so it need not be written at all. */
    private void reset(String field, boolean allow) {
        lines.clear();
        exceptions.clear();
        allowed = allow;
        lines.add(new Line(field, allow, "a"));
    }

    private void apply(String field, boolean allow, Entry rule) {
        if (allow != allowed) {
            exceptions.add(rule);
            lines.add(new Line(field, allow, rule.text()));
            return;
        }
        List<Entry> rest = new ArrayList<>();
        for (Iterator<Entry> each = exceptions.iterator(); each.hasNext();) {
            Entry exception = each.next();
            int both = exception.access & rule.access;
            if (both == 0 || !exception.overlaps(rule)) {
                continue;
            }
            if (!rule.covers(exception)) {
                throw LimitWriter.failure(field, (allow ? "allow " : "deny ") + rule.text() + ": requested rule not"
                        + " supported by devices cgroupv1 (cannot punch hole in existing wildcard rule ["
                        + exception.text() + "]); put narrow rules in place of the wide one");
            }
            lines.add(new Line(field, allow, exception.with(both).text()));
            each.remove();
            if (exception.access != both) {
                rest.add(exception.with(exception.access & ~both));
            }
        }
        exceptions.addAll(rest);
    }

    private static int access(String letters) {
        return (letters.indexOf('r') >= 0 ? READ : 0) | (letters.indexOf('w') >= 0 ? WRITE : 0)
                | (letters.indexOf('m') >= 0 ? MKNOD : 0);
    }

    /** A rule for devices. */
    record Entry(char type, long major, long minor, int access) {

        boolean isAnyMajor() {
            return major == ANY;
        }

        boolean isAnyMinor() {
            return minor == ANY;
        }

        Entry with(int newAccess) {
            return new Entry(type, major, minor, newAccess);
        }

        boolean covers(Entry other) {
            return type == other.type && (major == ANY || major == other.major)
                    && (minor == ANY || minor == other.minor);
        }

        boolean overlaps(Entry other) {
            return type == other.type && (major == ANY || other.major == ANY || major == other.major)
                    && (minor == ANY || other.minor == ANY || minor == other.minor);
        }

        String text() {
            return type + " " + text(major) + ":" + text(minor) + " " + letters();
        }

        /** What may be done: {@code r}, {@code w}, {@code m}. */
        String letters() {
            return ((access & READ) != 0 ? "r" : "") + ((access & WRITE) != 0 ? "w" : "")
                    + ((access & MKNOD) != 0 ? "m" : "");
        }

        private static String text(long number) {
            return number == ANY ? "*" : Long.toString(number);
        }
    }
}
