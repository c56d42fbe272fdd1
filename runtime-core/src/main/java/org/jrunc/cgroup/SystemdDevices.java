package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
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

    /** The properties for a container with these rules. */
    static List<UnitProperty> of(List<DeviceCgroup> rules, RuntimeLog log) {
        DeviceRules state = DeviceRules.of(rules);
        List<BusValue> allowed = new ArrayList<>();
        boolean all = state.isAllowed() && state.exceptions().isEmpty();
        if (state.isAllowed() && !all) {
            log.warn("systemd doesn't support blacklist device rules -- applying temporary deny-all rule"
                    + " (/linux/resources/devices)");
        } else if (!all) {
            for (DeviceRules.Entry rule : state.exceptions()) {
                add(allowed, rule, log);
            }
        }
        return List.of(UnitProperty.of("DevicePolicy", all ? "auto" : "strict"),
                new UnitProperty("DeviceAllow", BusValue.array("(ss)", allowed)));
    }

    /**
     * Numbers of devices are written as {@code /dev/char/1:3}, which need not exist, as {@code char-136}, or as
     * {@code char-*}. Access to the same device twice is one line.
     */
    private static void add(List<BusValue> allowed, DeviceRules.Entry rule, RuntimeLog log) {
        String type = rule.type() == 'b' ? "block" : "char";
        String device;
        if (rule.isAnyMajor() && !rule.isAnyMinor()) {
            log.warn("systemd doesn't support '*:n' device rules -- temporarily ignoring rule: " + rule.text()
                    + " (/linux/resources/devices)");
            return;
        } else if (rule.isAnyMajor()) {
            device = type + "-*";
        } else if (rule.isAnyMinor()) {
            device = type + "-" + rule.major();
        } else {
            device = "/dev/" + type + "/" + rule.major() + ":" + rule.minor();
        }
        allowed.add(BusValue.struct(List.of(BusValue.of(device), BusValue.of(rule.letters()))));
    }
}
