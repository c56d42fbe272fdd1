package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.DeviceCgroup;
import org.jrunc.systemd.BusValue;
import org.jrunc.systemd.UnitProperty;

/**
 * Device rules as properties of a unit: {@code DevicePolicy} and {@code DeviceAllow} (systemd.resource-control(5)).
 * systemd writes its own rules whenever it likes, so they must be the same as those of the cgroup.
 */
final class SystemdDevices {

    private SystemdDevices() {
    }

    /**
     * The properties for a container with these rules. systemd knows only lists of what is allowed. Where it has no
     * list for the rules it leaves the devices alone on v2, where the cgroup's own program stays in force, and allows
     * none on v1, where it would allow all.
     *
     * @param unified whether the host has nothing but cgroup v2
     */
    static List<UnitProperty> of(List<DeviceCgroup> rules, boolean unified, RuntimeLog log) {
        DeviceRules state;
        try {
            state = DeviceRules.of(rules);
        } catch (RuntimeFailure notOnV1) {
            if (!unified) {
                throw notOnV1;
            }
            return properties("auto", List.of());
        }
        if (state.isAllowed() && (unified || state.exceptions().isEmpty())) {
            return properties("auto", List.of());
        }
        List<BusValue> allowed = new ArrayList<>();
        if (state.isAllowed()) {
            log.warn("systemd doesn't support blacklist device rules -- applying temporary deny-all rule"
                    + " (/linux/resources/devices)");
        } else {
            for (DeviceRule rule : state.exceptions()) {
                add(allowed, rule, log);
            }
        }
        return properties("strict", allowed);
    }

    private static List<UnitProperty> properties(String policy, List<BusValue> allowed) {
        return List.of(UnitProperty.of("DevicePolicy", policy),
                new UnitProperty("DeviceAllow", BusValue.array("(ss)", allowed)));
    }

    /**
     * Numbers of devices are written as {@code /dev/char/1:3}, which need not exist, as {@code char-136}, or as
     * {@code char-*}.
     */
    private static void add(List<BusValue> allowed, DeviceRule rule, RuntimeLog log) {
        String type = rule.type() == 'b' ? "block" : "char";
        String device;
        if (rule.major() == DeviceRule.ANY && rule.minor() != DeviceRule.ANY) {
            log.warn("systemd doesn't support '*:n' device rules -- temporarily ignoring rule: " + rule.text()
                    + " (/linux/resources/devices)");
            return;
        } else if (rule.major() == DeviceRule.ANY) {
            device = type + "-*";
        } else if (rule.minor() == DeviceRule.ANY) {
            device = type + "-" + rule.major();
        } else {
            device = "/dev/" + type + "/" + rule.major() + ":" + rule.minor();
        }
        allowed.add(BusValue.struct(List.of(BusValue.of(device), BusValue.of(rule.letters()))));
    }
}
