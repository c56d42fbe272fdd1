package org.jrunc.spec;

import java.util.ArrayList;
import java.util.List;

/** The faults found by a validation. Pointers are put together only when there is something to report. */
final class Findings {
    private final List<SpecException> faults = new ArrayList<>();

    List<SpecException> faults() {
        return List.copyOf(faults);
    }

    /** {@code predicate} goes on after the pointer, such as {@code must be absolute, was "x"}. */
    void add(String pointer, String predicate) {
        report(pointer, " " + predicate);
    }

    /** {@code phrase} is a sentence of its own: one of runc's, which users and their tools search for. */
    void addPhrase(String pointer, String phrase) {
        report(pointer, ": " + phrase);
    }

    private void report(String pointer, String rest) {
        StringBuilder message = new StringBuilder();
        Text.escape(message, pointer, (char) 0);
        faults.add(new SpecException(pointer, message.append(rest).toString()));
    }

    /** Strings that reach the kernel end at a NUL there: one that contains a NUL would mean something else there. */
    void refuseNul(String pointer, String value) {
        if (value.indexOf(0) >= 0) {
            addPhrase(pointer, "contains a null byte: " + Text.quote(value));
        }
    }

    void refuseNul(String pointer, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).indexOf(0) >= 0) {
                refuseNul(pointer + "/" + i, values.get(i));
            }
        }
    }

    /** The pointer to the property {@code name} of a map. */
    static String member(String pointer, String name) {
        return pointer + "/" + LocatedJson.escapedForPointer(name);
    }
}
