package org.jrunc.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;

/**
 * Properties of the unit that a bundle sets by annotations: {@code org.systemd.property.TimeoutStopUSec} with a value
 * in GVariant's text form.
 */
public final class PropertyAnnotations {

    private static final String PREFIX = "org.systemd.property.";
    private static final long SECOND = 1_000_000;
    private static final int SHORTEST_NAME = 3;

    private PropertyAnnotations() {
    }

    /**
     * The properties in a bundle's annotations.
     *
     * @throws RuntimeFailure when a name or a value is none
     */
    public static List<UnitProperty> of(Map<String, String> annotations) {
        List<UnitProperty> properties = new ArrayList<>();
        for (Map.Entry<String, String> annotation : annotations.entrySet()) {
            if (annotation.getKey().startsWith(PREFIX)) {
                properties.add(property(annotation.getKey(), annotation.getValue()));
            }
        }
        return properties;
    }

    private static UnitProperty property(String key, String text) {
        String name = key.substring(PREFIX.length());
        String fault = fault(name);
        if (!fault.isEmpty()) {
            throw new RuntimeFailure("annotation " + key + " name incorrect: " + fault
                    + " (/annotations); it must be a property of a systemd unit, like TimeoutStopUSec");
        }
        try {
            BusValue value = GVariantText.parse(text);
            return isSeconds(name) ? new UnitProperty(name.substring(0, name.length() - 3) + "USec",
                    BusValue.u64(value.times(SECOND))) : new UnitProperty(name, value);
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure("annotation " + key + "=" + text + " value parse error: " + e.getMessage()
                    + " (/annotations); it must be in the text form of GVariant, like 'text', true or uint64 5", e);
        }
    }

    private static String fault(String name) {
        if (name.length() < SHORTEST_NAME) {
            return "too short";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
                return "only latin letters are allowed";
            }
        }
        return "";
    }

    /**
     * Unit files have {@code TimeoutStopSec}, in seconds, and the bus has {@code TimeoutStopUSec}, in microseconds. A
     * name that ends in {@code USec} is in microseconds already: there is a capital letter before {@code Sec}.
     */
    private static boolean isSeconds(String name) {
        char before = name.charAt(Math.max(0, name.length() - 4));
        return name.endsWith("Sec") && name.length() > 3 && before >= 'a' && before <= 'z';
    }
}
