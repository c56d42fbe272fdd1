package org.jrunc.systemd;

import java.util.List;
import org.jrunc.report.RuntimeFailure;

/** A connection to a systemd, the system's or a user's (org.freedesktop.systemd1(5)). For one thread at a time. */
public interface Systemd extends AutoCloseable {

    /** Makes a connection when one is needed: most commands need none. */
    interface Connector {

        /**
         * Connects.
         *
         * @throws RuntimeFailure when there is no libsystemd or no systemd on this host; says what to do
         */
        Systemd connect();
    }

    /** The version's number, as properties are known since one; 0 when systemd does not tell. */
    int version();

    /** The cgroup of this systemd, below which those of its units are: empty for the system's on a host. */
    String controlGroup();

    /**
     * Makes a transient unit and waits until it is there. A failed unit of the name that was left behind is put aside.
     *
     * @throws RuntimeFailure when there is such a unit already, a property is refused, or it takes longer than 30 s
     */
    void start(String unit, List<UnitProperty> properties);

    /** Changes properties of a unit until it ends. */
    void set(String unit, List<UnitProperty> properties);

    /** Whether no process is in a unit, or there is no such unit. */
    boolean isEmpty(String unit);

    /**
     * Stops a unit, waits until that is done, and makes systemd forget that it may have failed. No such unit is no
     * error.
     *
     * @throws RuntimeFailure when it takes longer than 30 s
     */
    void stop(String unit);

    @Override
    void close();
}
