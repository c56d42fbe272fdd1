package org.jrunc.cli;

import java.util.OptionalLong;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.JsonWriter;

/** The flags of {@code update} as what {@code --resources} would read. */
final class UpdateFlags {

    private final Parsed line;
    private final JsonWriter json = JsonWriter.compact();

    UpdateFlags(Parsed line) {
        this.line = line;
    }

    byte[] toJson() {
        json.beginObject().name("memory").beginObject();
        size("memory", "limit");
        size("memory-reservation", "reservation");
        size("memory-swap", "swap");
        size("kernel-memory", "kernel");
        size("kernel-memory-tcp", "kernelTCP");
        json.endObject().name("cpu").beginObject();
        number("cpu-period", "period", true);
        number("cpu-quota", "quota", false);
        number("cpu-burst", "burst", true);
        number("cpu-share", "shares", true);
        number("cpu-rt-period", "realtimePeriod", true);
        number("cpu-rt-runtime", "realtimeRuntime", false);
        number("cpu-idle", "idle", false);
        text("cpuset-cpus", "cpus");
        text("cpuset-mems", "mems");
        json.endObject().name("blockIO").beginObject();
        integer("blkio-weight", "weight");
        json.endObject().name("pids").beginObject();
        integer("pids-limit", "limit");
        return json.endObject().endObject().toBytes();
    }

    private void size(String flag, String property) {
        String value = line.value(flag).orElse("");
        if (value.equals("-1")) {
            json.property(property, -1);
        } else if (!value.isEmpty()) {
            OptionalLong bytes = ByteSize.parse(value);
            json.property(property, bytes.orElseThrow(() -> new RuntimeFailure("invalid value for " + flag
                    + ": invalid size: '" + value + "' (a number of bytes, or like 512M or 1.5g)")));
        }
    }

    private void number(String flag, String property, boolean unsigned) {
        String value = line.value(flag).orElse("");
        if (value.isEmpty()) {
            return;
        }
        try {
            if (unsigned) {
                json.name(property).unsigned(Long.parseUnsignedLong(value));
            } else {
                json.property(property, Long.parseLong(value));
            }
        } catch (NumberFormatException e) {
            throw new RuntimeFailure("invalid value for " + flag + ": \"" + value + "\" is not a"
                    + (unsigned ? " positive" : "") + " number", e);
        }
    }

    /** Flags that runc's parser checks itself, so that a fault shows the help. */
    private void integer(String flag, String property) {
        if (line.value(flag).isEmpty()) {
            return;
        }
        String value = line.value(flag).get();
        try {
            json.property(property, Long.parseLong(value));
        } catch (NumberFormatException e) {
            String message = "invalid value \"" + value + "\" for flag -" + flag + ": parse error";
            throw new UsageException("Incorrect Usage: " + message, message);
        }
    }

    private void text(String flag, String property) {
        String value = line.value(flag).orElse("");
        if (!value.isEmpty()) {
            json.property(property, value);
        }
    }
}
