package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jrunc.spec.DeviceCgroup;

/**
 * Turns an ordered list of device rules into what has to be written to {@code devices.allow} and {@code devices.deny}
 * (cgroup-v1 devices.rst).
 *
 * <p>The kernel keeps a default and a list of exceptions, and takes away an exception only if exactly that one is
 * named. So that a later rule always overrides an earlier one, a wide rule is written once for every exception that it
 * covers; a narrow rule that would have to cut a piece out of a wide exception can not be kept, and is an error rather
 * than, as in the kernel, nothing.
 */
final class DeviceRules {

    /** A line to write. */
    record Line(String field, boolean allow, String value) {

        String file() {
            return allow ? "devices.allow" : "devices.deny";
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private final List<DeviceRule> exceptions = new ArrayList<>();
    private boolean allowed;

    private DeviceRules() {
    }

    /** The lines for a container with these rules. */
    static List<Line> lines(List<DeviceCgroup> configured) {
        return of(configured).lines;
    }

    /** What a container with these rules may do at last. */
    static DeviceRules of(List<DeviceCgroup> configured) {
        DeviceRules state = new DeviceRules();
        state.reset("devices", false);
        for (DeviceRule rule : DeviceRule.of(configured)) {
            if (rule.isForEverything()) {
                state.reset(rule.field(), rule.allow());
            } else {
                state.apply(rule);
            }
        }
        return state;
    }

    /** Whether everything is allowed but the exceptions, and not the exceptions alone. */
    boolean isAllowed() {
        return allowed;
    }

    /** The exceptions; those for the same devices are one. */
    List<DeviceRule> exceptions() {
        List<DeviceRule> merged = new ArrayList<>();
        for (DeviceRule exception : exceptions) {
            DeviceRule all = exception;
            for (Iterator<DeviceRule> each = merged.iterator(); each.hasNext();) {
                DeviceRule other = each.next();
                if (other.covers(exception) && exception.covers(other)) {
                    all = all.with(other.access() | all.access());
                    each.remove();
                }
            }
            merged.add(all);
        }
        return merged;
    }

    /** Whatever was before does not matter any more, so it need not be written at all. */
    private void reset(String field, boolean allow) {
        lines.clear();
        exceptions.clear();
        allowed = allow;
        lines.add(new Line(field, allow, "a"));
    }

    private void apply(DeviceRule rule) {
        boolean allow = rule.allow();
        if (allow != allowed) {
            exceptions.add(rule);
            lines.add(new Line(rule.field(), allow, rule.text()));
            return;
        }
        List<DeviceRule> rest = new ArrayList<>();
        for (Iterator<DeviceRule> each = exceptions.iterator(); each.hasNext();) {
            DeviceRule exception = each.next();
            int both = exception.access() & rule.access();
            if (both == 0 || !exception.overlaps(rule)) {
                continue;
            }
            if (!rule.covers(exception)) {
                throw LimitWriter.failure(rule.field(), (allow ? "allow " : "deny ") + rule.text() + ": requested rule"
                        + " not supported by devices cgroupv1 (cannot punch hole in existing wildcard rule ["
                        + exception.text() + "]); put narrow rules in place of the wide one");
            }
            lines.add(new Line(rule.field(), allow, exception.with(both).text()));
            each.remove();
            if (exception.access() != both) {
                rest.add(exception.with(exception.access() & ~both));
            }
        }
        exceptions.addAll(rest);
    }
}
