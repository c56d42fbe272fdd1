package org.jrunc.cli;

import java.io.PrintStream;
import org.jrunc.container.Events;
import org.jrunc.report.RuntimeFailure;

/** {@code events [--interval 5s] [--stats] ID}. */
final class EventsCommand extends Command {

    private static final long NANOS_PER_MILLI = 1_000_000;

    EventsCommand() {
        super("events", "show statistics and out-of-memory events of a container");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Prints lines of JSON until the container stops: statistics of CPU, memory, processes and I/O at
                an interval, and a line when the container has run out of memory. With --stats it prints the
                statistics once.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("time between two statistics, like 5s or 100ms (default: 5s)", "interval")
                .flag("print the statistics once", "stats");
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        long interval = interval(invocation.line().value("interval").orElse("5s"));
        Events events = new Events(invocation.context());
        PrintStream out = invocation.out();
        if (invocation.line().flag("stats")) {
            out.print(events.statistics(id) + "\n");
        } else {
            events.watch(id, Math.max(1, interval / NANOS_PER_MILLI), line -> {
                out.print(line + "\n");
                return !out.checkError();
            });
        }
        return Cli.EXIT_OK;
    }

    private static long interval(String value) {
        long nanos = GoDuration.parse(value).orElseThrow(() -> {
            String message = "invalid value \"" + value + "\" for flag -interval: parse error";
            return new UsageException("Incorrect Usage: " + message, message);
        });
        if (nanos <= 0) {
            throw new RuntimeFailure("duration interval must be greater than 0");
        }
        return nanos;
    }
}
