package org.jrunc.systemd;

/**
 * A property of a unit, as {@code StartTransientUnit} and {@code SetUnitProperties} take it
 * (org.freedesktop.systemd1(5)).
 *
 * @param name  its name, which need not be that of the unit file's setting
 * @param value its value
 */
public record UnitProperty(String name, BusValue value) {

    /** A boolean property. */
    public static UnitProperty of(String name, boolean value) {
        return new UnitProperty(name, BusValue.of(value));
    }

    /** A string property. */
    public static UnitProperty of(String name, String value) {
        return new UnitProperty(name, BusValue.of(value));
    }

    /** A property that is an unsigned 64-bit number; -1 is infinity. */
    public static UnitProperty u64(String name, long value) {
        return new UnitProperty(name, BusValue.u64(value));
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
