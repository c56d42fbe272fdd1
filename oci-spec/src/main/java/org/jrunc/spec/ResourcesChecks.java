package org.jrunc.spec;

import java.util.List;

/**
 * What {@code linux.resources} may not say (config-linux.md, Control groups). Values that only one cgroup version can
 * or can not take are for the cgroup managers.
 */
final class ResourcesChecks {

    private ResourcesChecks() {
    }

    static void check(Findings findings, String pointer, Resources resources) {
        for (int i = 0; i < resources.devices().size(); i++) {
            checkRule(findings, pointer + "/devices/" + i, i, resources.devices().get(i));
        }
        List<HugepageLimit> limits = resources.hugepageLimits();
        for (int i = 0; i < limits.size(); i++) {
            if (!isPageSize(limits.get(i).pageSize())) {
                findings.add(pointer + "/hugepageLimits/" + i + "/pageSize",
                        "must be a size like \"2MB\", was " + Text.quote(limits.get(i).pageSize()));
            }
        }
        for (String file : resources.unified().keySet()) {
            checkUnified(findings, Findings.member(pointer + "/unified", file), file, resources.unified().get(file));
        }
    }

    private static void checkRule(Findings findings, String pointer, int index, DeviceCgroup rule) {
        String type = rule.type().orElse("a");
        if (!type.equals("a") && !type.equals("b") && !type.equals("c")) {
            findings.add(pointer + "/type", "must be \"a\", \"b\" or \"c\", was " + Text.quote(type));
        }
        if (rule.access().isEmpty()) {
            findings.addPhrase(pointer + "/access", "device access at " + index + " field cannot be empty");
            return;
        }
        String access = rule.access().get();
        for (int i = 0; i < access.length(); i++) {
            if ("rwm".indexOf(access.charAt(i)) < 0) {
                findings.add(pointer + "/access", "must be made of the letters r, w, m, was " + Text.quote(access));
                return;
            }
        }
    }

    /** It becomes part of a file name: a number without leading zeros and KB, MB or GB. */
    private static boolean isPageSize(String size) {
        int digits = 0;
        while (digits < size.length() && size.charAt(digits) >= '0' && size.charAt(digits) <= '9') {
            digits++;
        }
        return digits > 0 && size.charAt(0) != '0' && size.length() == digits + 2
                && "KMG".indexOf(size.charAt(digits)) >= 0 && size.charAt(digits + 1) == 'B';
    }

    private static void checkUnified(Findings findings, String pointer, String file, String value) {
        int dot = file.indexOf('.');
        if (file.indexOf('/') >= 0) {
            findings.addPhrase(pointer, "unified resource " + Text.quote(file) + " must be a file name (no slashes)");
        } else if (dot <= 0 || dot == file.length() - 1) {
            findings.addPhrase(pointer,
                    "unified resource " + Text.quote(file) + " should be in the form CONTROLLER.PARAMETER");
        }
        findings.refuseNul(pointer, file);
        findings.refuseNul(pointer, value);
    }
}
