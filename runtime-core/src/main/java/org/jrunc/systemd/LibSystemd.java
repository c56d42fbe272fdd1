package org.jrunc.systemd;

import java.nio.ByteOrder;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.NativeLibrary;
import org.jrunc.report.RuntimeFailure;

/**
 * The host's libsystemd. Each method is the function of the same name in section 3 of the manual; those with variable
 * arguments are not used, as the one downcall shape there is does not fit them. A connection and a message are their
 * pointers.
 */
final class LibSystemd {

    static final String SONAME = "libsystemd.so.0";

    private static final int POINTER = 8;
    /** {@code sizeof(sd_bus_error)}: name, message, whether they are to be freed. */
    private static final int ERROR = 24;

    private final NativeLibrary library;

    private LibSystemd(NativeLibrary library) {
        this.library = library;
    }

    /** Loads the library. */
    static LibSystemd load() {
        return new LibSystemd(NativeLibrary.open(SONAME).orElseThrow(() -> new RuntimeFailure(
                "--systemd-cgroup: cgroups made by systemd need " + SONAME + ", which this host does not have: install"
                + " the package libsystemd0 (Debian, Ubuntu) or systemd-libs (Fedora, Arch)")));
    }

    /** sd_bus_open_system(3); returns the connection, or the negative errno. */
    long openSystem() {
        Block bus = Block.out(POINTER);
        int error = (int) library.call("sd_bus_open_system", bus);
        return error < 0 ? error : bus.u64(0);
    }

    /**
     * sd_bus_new(3), sd_bus_set_address(3), sd_bus_start(3); returns the connection, or the negative errno.
     *
     * @param broker whether a message bus is there, and not systemd itself
     */
    long open(String address, boolean broker) {
        Block bus = Block.out(POINTER);
        int error = (int) library.call("sd_bus_new", bus);
        if (error < 0) {
            return error;
        }
        library.call("sd_bus_set_bus_client", Arg.of(bus.u64(0)), Arg.of(broker ? 1 : 0));
        error = (int) library.call("sd_bus_set_address", Arg.of(bus.u64(0)), Arg.text(address));
        if (error >= 0) {
            error = (int) library.call("sd_bus_start", Arg.of(bus.u64(0)));
        }
        if (error < 0) {
            close(bus.u64(0));
            return error;
        }
        return bus.u64(0);
    }

    /** sd_bus_flush_close_unref(3). */
    void close(long bus) {
        library.call("sd_bus_flush_close_unref", Arg.of(bus));
    }

    /** sd_bus_message_new_method_call(3). */
    long newMethodCall(long bus, String destination, String path, String type, String method) throws BusFailure {
        Block message = Block.out(POINTER);
        check(library.call("sd_bus_message_new_method_call", Arg.of(bus), message, Arg.text(destination),
                Arg.text(path), Arg.text(type), Arg.text(method)), "sd_bus_message_new_method_call");
        return message.u64(0);
    }

    /** sd_bus_message_append_basic(3) of a number or a boolean, which is passed as an int. */
    void append(long message, char type, long bits) throws BusFailure {
        check(library.call("sd_bus_message_append_basic", Arg.of(message), Arg.of(type),
                Block.in(POINTER).u64(0, bitsInMemory(type, bits))), "sd_bus_message_append_basic");
    }

    /** The bytes that the function reads are the first ones, and must be the low ones on each byte order. */
    private static long bitsInMemory(char type, long bits) {
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            return bits;
        }
        return bits << switch (type) {
            case 'y' -> 56;
            case 'n', 'q' -> 48;
            case 'b', 'i', 'u', 'h' -> 32;
            default -> 0;
        };
    }

    /** sd_bus_message_append_basic(3) of a string. */
    void append(long message, char type, String text) throws BusFailure {
        check(library.call("sd_bus_message_append_basic", Arg.of(message), Arg.of(type), Arg.text(text)),
                "sd_bus_message_append_basic");
    }

    /** sd_bus_message_append_array(3) of bytes. */
    void append(long message, byte[] bytes) throws BusFailure {
        check(library.call("sd_bus_message_append_array", Arg.of(message), Arg.of('y'), Block.in(bytes),
                Arg.of(bytes.length)), "sd_bus_message_append_array");
    }

    /** sd_bus_message_open_container(3). */
    void openContainer(long message, char kind, String contents) throws BusFailure {
        check(library.call("sd_bus_message_open_container", Arg.of(message), Arg.of(kind), Arg.text(contents)),
                "sd_bus_message_open_container");
    }

    /** sd_bus_message_close_container(3). */
    void closeContainer(long message) throws BusFailure {
        check(library.call("sd_bus_message_close_container", Arg.of(message)), "sd_bus_message_close_container");
    }

    /** sd_bus_send(3) without an answer. */
    void send(long bus, long message) throws BusFailure {
        check(library.call("sd_bus_send", Arg.of(bus), Arg.of(message), Arg.none()), "sd_bus_send");
    }

    /** sd_bus_call(3); returns the answer. */
    long call(long bus, long message, long microseconds) throws BusFailure {
        Block error = Block.out(ERROR);
        Block reply = Block.out(POINTER);
        int result = (int) library.call("sd_bus_call", Arg.of(bus), Arg.of(message), Arg.of(microseconds), error,
                reply);
        if (result < 0) {
            String name = NativeLibrary.text(error.u64(0));
            throw name.isEmpty() ? new BusFailure(Errno.name(-result), "sd_bus_call")
                    : new BusFailure(name, NativeLibrary.text(error.u64(8)));
        }
        return reply.u64(0);
    }

    /** sd_bus_process(3): empty when there was nothing to do, otherwise the message that came, 0 for none. */
    Optional<Long> process(long bus) throws BusFailure {
        Block message = Block.out(POINTER);
        int result = check(library.call("sd_bus_process", Arg.of(bus), message), "sd_bus_process");
        return result == 0 ? Optional.empty() : Optional.of(message.u64(0));
    }

    /** sd_bus_wait(3); a signal that came in between is no error. */
    void await(long bus, long microseconds) throws BusFailure {
        int result = (int) library.call("sd_bus_wait", Arg.of(bus), Arg.of(microseconds));
        if (result != -Errno.EINTR) {
            check(result, "sd_bus_wait");
        }
    }

    /** sd_bus_message_is_signal(3). */
    boolean isSignal(long message, String type, String member) {
        return (int) library.call("sd_bus_message_is_signal", Arg.of(message), Arg.text(type), Arg.text(member)) > 0;
    }

    /** sd_bus_message_read_basic(3) of a number of 32 bits. */
    int readNumber(long message) throws BusFailure {
        Block number = Block.out(POINTER);
        check(library.call("sd_bus_message_read_basic", Arg.of(message), Arg.of('u'), number),
                "sd_bus_message_read_basic");
        return number.u32(0);
    }

    /** sd_bus_message_read_basic(3) of a string or an object path. */
    String readText(long message, char type) throws BusFailure {
        Block pointer = Block.out(POINTER);
        check(library.call("sd_bus_message_read_basic", Arg.of(message), Arg.of(type), pointer),
                "sd_bus_message_read_basic");
        return NativeLibrary.text(pointer.u64(0));
    }

    /** sd_bus_message_enter_container(3). */
    void enterContainer(long message, char kind, String contents) throws BusFailure {
        check(library.call("sd_bus_message_enter_container", Arg.of(message), Arg.of(kind), Arg.text(contents)),
                "sd_bus_message_enter_container");
    }

    /** sd_bus_message_at_end(3): whether the container that was entered has no further element. */
    boolean atEnd(long message) throws BusFailure {
        return check(library.call("sd_bus_message_at_end", Arg.of(message), Arg.of(0)), "sd_bus_message_at_end") > 0;
    }

    /** sd_bus_message_unref(3). */
    void unref(long message) {
        library.call("sd_bus_message_unref", Arg.of(message));
    }

    private static int check(long result, String function) throws BusFailure {
        if ((int) result < 0) {
            throw new BusFailure(Errno.name(-(int) result), function);
        }
        return (int) result;
    }
}
