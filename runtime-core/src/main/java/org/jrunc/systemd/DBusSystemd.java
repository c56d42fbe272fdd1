package org.jrunc.systemd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;

/** {@link Systemd} over the bus. */
public final class DBusSystemd implements Systemd {

    private static final long SECONDS = 30;
    private static final String REPLACE = "replace";
    private static final String UNIT_EXISTS = Bus.SYSTEMD + ".UnitExists";
    private static final String NO_SUCH_UNIT = Bus.SYSTEMD + ".NoSuchUnit";

    private final Bus bus;
    private int version = -1;
    private boolean listening;

    private DBusSystemd(Bus bus) {
        this.bus = bus;
    }

    /**
     * Connects to the system's systemd or to a user's.
     *
     * @param environment tells where the user's bus is
     */
    public static Connector connector(boolean user, Map<String, String> environment) {
        return new Connector() {
            @Override
            public Systemd connect() {
                return new DBusSystemd(user ? Bus.user(environment) : Bus.system());
            }
        };
    }

    /** Where a user's systemd and bus have their sockets, {@code XDG_RUNTIME_DIR}. */
    public static String runtimeDirectory(Map<String, String> environment) {
        return BusAddresses.runtimeDirectory(environment);
    }

    @Override
    public int version() {
        if (version < 0) {
            version = 0;
            String text = property("Version");
            // "252.36-1~deb12u1", "v244"
            for (int i = text.startsWith("v") ? 1 : 0; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
                version = 10 * version + text.charAt(i) - '0';
            }
        }
        return version;
    }

    @Override
    public String controlGroup() {
        return property("ControlGroup");
    }

    private String property(String name) {
        try {
            return bus.managerProperty(name);
        } catch (BusFailure e) {
            throw new RuntimeFailure("unable to read the property " + name + " of systemd (--systemd-cgroup): "
                    + e.getMessage(), e);
        }
    }

    @Override
    public void start(String unit, List<UnitProperty> properties) {
        try {
            listen();
            String job;
            try {
                job = startJob(unit, properties);
            } catch (BusFailure e) {
                if (!e.is(UNIT_EXISTS)) {
                    throw e;
                }
                // It may be one that failed, which is kept until it is reset.
                tryResetFailed(unit);
                job = startJob(unit, properties);
            }
            awaitStart(unit, job);
        } catch (BusFailure e) {
            throw new RuntimeFailure("unable to apply cgroup configuration: unable to start unit \"" + unit + "\": "
                    + e.getMessage() + (e.is(UNIT_EXISTS) ? ": another container or service has that name (systemctl"
                            + " status " + unit + ")" : "") + "; properties were " + properties, e);
        }
    }

    private void awaitStart(String unit, String job) throws BusFailure {
        Optional<String> result = bus.jobResult(job, SECONDS * 1_000_000);
        if (result.isPresent() && result.get().equals("done")) {
            return;
        }
        tryResetFailed(unit);
        throw new RuntimeFailure("unable to apply cgroup configuration: " + (result.isPresent()
                ? "error creating systemd unit `" + unit + "`: got `" + result.get() + "` (journalctl -u " + unit + ")"
                : "Timeout waiting for systemd to create " + unit + ": " + SECONDS + " s for the job " + job
                        + " (systemctl list-jobs)"));
    }

    private String startJob(String unit, List<UnitProperty> properties) throws BusFailure {
        Bus.Call call = bus.manager("StartTransientUnit");
        call.text('s', unit);
        call.text('s', REPLACE);
        append(call, properties);
        // Units that are to be made along with it: none.
        call.open('a', "(sa(sv))");
        call.close();
        try (Bus.Reply reply = call.send()) {
            return reply.text('o');
        }
    }

    private static void append(Bus.Call call, List<UnitProperty> properties) throws BusFailure {
        call.open('a', "(sv)");
        for (UnitProperty property : properties) {
            call.open('r', "sv");
            call.text('s', property.name());
            BusValue.variant(property.value()).writeTo(call);
            call.close();
        }
        call.close();
    }

    @Override
    public void set(String unit, List<UnitProperty> properties) {
        if (properties.isEmpty()) {
            return;
        }
        try {
            Bus.Call call = bus.manager("SetUnitProperties");
            call.text('s', unit);
            // Until the unit ends, and not for all units of that name to come.
            call.number('b', 1);
            append(call, properties);
            call.send().close();
        } catch (BusFailure e) {
            throw new RuntimeFailure("unable to set unit properties: unit \"" + unit + "\": " + e.getMessage()
                    + ": properties were " + properties, e);
        }
    }

    @Override
    public boolean isEmpty(String unit) {
        try {
            Bus.Call call = bus.manager("GetUnitProcesses");
            call.text('s', unit);
            try (Bus.Reply reply = call.send()) {
                return reply.isEmptyArray("(sus)");
            }
        } catch (BusFailure e) {
            if (e.is(NO_SUCH_UNIT)) {
                return true;
            }
            throw new RuntimeFailure("unable to list the processes of unit \"" + unit + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public void stop(String unit) {
        try {
            listen();
            Bus.Call call = bus.manager("StopUnit");
            call.text('s', unit);
            call.text('s', REPLACE);
            String job;
            try (Bus.Reply reply = call.send()) {
                job = reply.text('o');
            }
            // Another result than "done" leaves a failed unit, which is reset.
            if (bus.jobResult(job, SECONDS * 1_000_000).isEmpty()) {
                throw new RuntimeFailure("Timed out while waiting for systemd to remove " + unit + ": " + SECONDS
                        + " s for the job " + job + " (systemctl list-jobs)");
            }
        } catch (BusFailure e) {
            if (!e.is(NO_SUCH_UNIT)) {
                throw new RuntimeFailure("unable to stop unit \"" + unit + "\": " + e.getMessage(), e);
            }
        }
        tryResetFailed(unit);
    }

    private void listen() throws BusFailure {
        if (!listening) {
            bus.listenToJobs();
            listening = true;
        }
    }

    /** Most often there is none: the failure of this call tells nothing. */
    private void tryResetFailed(String unit) {
        try {
            Bus.Call call = bus.manager("ResetFailedUnit");
            call.text('s', unit);
            call.send().close();
        } catch (BusFailure none) {
            return;
        }
    }

    @Override
    public void close() {
        bus.close();
    }
}
