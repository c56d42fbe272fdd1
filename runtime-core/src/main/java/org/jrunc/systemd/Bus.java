package org.jrunc.systemd;

import java.util.Map;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.report.RuntimeFailure;

/** A connection to the bus that a systemd is on, or to that systemd itself. For one thread at a time. */
final class Bus implements AutoCloseable {

    static final String SYSTEMD = "org.freedesktop.systemd1";
    static final String SYSTEMD_PATH = "/org/freedesktop/systemd1";
    static final String MANAGER = "org.freedesktop.systemd1.Manager";

    /** How long one call may take. */
    private static final long MICROSECONDS = 30_000_000;
    private static final int ATTEMPTS = 50;
    private static final long PAUSE_MILLIS = 20;
    private static final String PRIVATE = "unix:path=/run/systemd/private";

    private final LibSystemd library;
    private final long bus;
    private final boolean broker;

    private Bus(LibSystemd library, long bus, boolean broker) {
        this.library = library;
        this.bus = bus;
        this.broker = broker;
    }

    /** Connects to the system's bus, without one to systemd's own socket. */
    static Bus system() {
        LibSystemd library = LibSystemd.load();
        long bus = library.openSystem();
        for (int i = 0; i < ATTEMPTS && bus == -Errno.EAGAIN; i++) {
            pause();
            bus = library.openSystem();
        }
        if (!isErrno(bus)) {
            return new Bus(library, bus, true);
        }
        long direct = library.open(PRIVATE, false);
        if (isErrno(direct)) {
            throw new RuntimeFailure("unable to connect to systemd (--systemd-cgroup): sd_bus_open_system: "
                    + Errno.name((int) -bus) + ": is dbus running? (systemctl status dbus.socket)");
        }
        return new Bus(library, direct, false);
    }

    /** Connects to a user's bus, without one to the user's systemd's own socket. */
    static Bus user(Map<String, String> environment) {
        LibSystemd library = LibSystemd.load();
        String session = BusAddresses.session(environment);
        long bus = session.isEmpty() ? -Errno.ENOENT : open(library, session, true);
        if (!isErrno(bus)) {
            return new Bus(library, bus, true);
        }
        String direct = BusAddresses.direct(environment);
        long own = direct.isEmpty() ? bus : open(library, direct, false);
        if (isErrno(own)) {
            throw new RuntimeFailure("unable to connect to the systemd of this user (--systemd-cgroup): "
                    + (session.isEmpty() ? "DBUS_SESSION_BUS_ADDRESS is not set and there is no "
                            + BusAddresses.runtimeDirectory(environment) + "/bus" : session + ": "
                            + Errno.name((int) -bus))
                    + ": it needs a session of the user's (ssh, machinectl shell) or loginctl enable-linger");
        }
        return new Bus(library, own, false);
    }

    private static long open(LibSystemd library, String address, boolean broker) {
        long bus = library.open(address, broker);
        for (int i = 0; i < ATTEMPTS && bus == -Errno.EAGAIN; i++) {
            pause();
            bus = library.open(address, broker);
        }
        return bus;
    }

    private static boolean isErrno(long bus) {
        return bus < 0 && bus >= -4095;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call of a method of systemd's. */
    Call manager(String method) throws BusFailure {
        return new Call(library.newMethodCall(bus, SYSTEMD, SYSTEMD_PATH, MANAGER, method));
    }

    /** A property of systemd's that is a string. */
    String managerProperty(String name) throws BusFailure {
        Call call = new Call(library.newMethodCall(bus, SYSTEMD, SYSTEMD_PATH, "org.freedesktop.DBus.Properties",
                "Get"));
        call.text('s', MANAGER);
        call.text('s', name);
        try (Reply reply = call.send()) {
            library.enterContainer(reply.message, 'v', "s");
            return reply.text('s');
        }
    }

    /** Asks for the signals that say that a job has ended. systemd itself sends them without being asked. */
    void listenToJobs() throws BusFailure {
        if (broker) {
            Call call = new Call(library.newMethodCall(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                    "org.freedesktop.DBus", "AddMatch"));
            call.text('s', "type='signal',sender='" + SYSTEMD + "',path='" + SYSTEMD_PATH + "',interface='" + MANAGER
                    + "',member='JobRemoved'");
            call.post();
        }
    }

    /**
     * Waits for the end of a job.
     *
     * @return its result, {@code done} if all went well; empty when it took too long
     */
    Optional<String> jobResult(String job, long microseconds) throws BusFailure {
        long end = System.nanoTime() / 1000 + microseconds;
        for (long left = microseconds; left > 0; left = end - System.nanoTime() / 1000) {
            Optional<Long> message = library.process(bus);
            if (message.isEmpty()) {
                library.await(bus, left);
            } else if (message.get() != 0) {
                try (Reply reply = new Reply(message.get())) {
                    Optional<String> result = result(reply, job);
                    if (result.isPresent()) {
                        return result;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** JobRemoved: number, object and unit of the job, and its result. */
    private Optional<String> result(Reply signal, String job) throws BusFailure {
        if (!library.isSignal(signal.message, MANAGER, "JobRemoved")) {
            return Optional.empty();
        }
        library.readNumber(signal.message);
        if (!signal.text('o').equals(job)) {
            return Optional.empty();
        }
        signal.text('s');
        return Optional.of(signal.text('s'));
    }

    @Override
    public void close() {
        library.close(bus);
    }

    /** A method call in the making. */
    final class Call implements BusSink {

        private final long message;

        private Call(long message) {
            this.message = message;
        }

        @Override
        public void number(char type, long bits) throws BusFailure {
            library.append(message, type, bits);
        }

        @Override
        public void text(char type, String text) throws BusFailure {
            library.append(message, type, text);
        }

        @Override
        public void bytes(byte[] bytes) throws BusFailure {
            library.append(message, bytes);
        }

        @Override
        public void open(char kind, String contents) throws BusFailure {
            library.openContainer(message, kind, contents);
        }

        @Override
        public void close() throws BusFailure {
            library.closeContainer(message);
        }

        /** Sends it and waits for the answer. */
        Reply send() throws BusFailure {
            try {
                return new Reply(library.call(bus, message, MICROSECONDS));
            } finally {
                library.unref(message);
            }
        }

        /** Sends it and wants no answer. */
        void post() throws BusFailure {
            try {
                library.send(bus, message);
            } finally {
                library.unref(message);
            }
        }
    }

    /** A message that came in. */
    final class Reply implements AutoCloseable {

        private final long message;

        private Reply(long message) {
            this.message = message;
        }

        /** The next string ({@code s}) or object path ({@code o}). */
        String text(char type) throws BusFailure {
            return library.readText(message, type);
        }

        /** Whether the array that comes next is empty. */
        boolean isEmptyArray(String elements) throws BusFailure {
            library.enterContainer(message, 'a', elements);
            return library.atEnd(message);
        }

        @Override
        public void close() {
            library.unref(message);
        }
    }
}
