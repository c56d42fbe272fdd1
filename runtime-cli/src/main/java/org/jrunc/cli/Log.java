package org.jrunc.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * The log: a file given by {@code --log}, else stderr. A record is one line and one {@code write}, so that processes
 * can share the file. A log that can not be written to (full disk, closed pipe) never fails an operation.
 */
final class Log implements RuntimeLog, AutoCloseable {

    private static final Set<PosixFilePermission> READABLE_BY_ALL = Set.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private final OutputStream stream;
    private final boolean file;
    private final boolean json;
    private final Level least;

    private Log(OutputStream stream, boolean file, boolean json, Level least) {
        this.stream = stream;
        this.file = file;
        this.json = json;
        this.least = least;
    }

    /** The log before the flags are known. */
    static Log toStderr(PrintStream err) {
        return new Log(err, false, false, Level.INFO);
    }

    /** The log that the flags ask for. */
    static Log open(Parsed line, PrintStream err, Path cwd) {
        boolean json = switch (line.value("log-format").orElse("")) {
            case "", "text" -> false;
            case "json" -> true;
            default -> throw new RuntimeFailure("invalid log-format: " + line.value("log-format").orElse(""));
        };
        String path = line.value("log").orElse("");
        // Callers take whatever is on stderr for a failure: without a log file, warnings are for who asks for them.
        String level = line.value("log-level").orElse(path.isEmpty() ? "error" : "");
        Level least = line.flag("debug") ? Level.DEBUG : level(level);
        return path.isEmpty() ? new Log(err, false, json, least)
                : new Log(append(cwd.resolve(path)), true, json, least);
    }

    /** Whether records go to a file, so that stderr knows nothing of them. */
    boolean isFile() {
        return file;
    }

    @Override
    public boolean isDebug() {
        return least == Level.DEBUG;
    }

    @Override
    public void log(Level level, String message) {
        if (level.compareTo(least) < 0) {
            return;
        }
        long now = System.currentTimeMillis() / 1000;
        String line = json ? LogRecord.json(now, level, message) : LogRecord.text(now, level, message);
        try {
            stream.write(line.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException e) {
            // Nowhere left to say so.
        }
    }

    @Override
    public void close() {
        if (file) {
            try {
                stream.close();
            } catch (IOException e) {
                // The records are written or lost already.
            }
        }
    }

    private static Level level(String name) {
        return switch (name) {
            case "", "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            case "warning" -> Level.WARNING;
            case "error" -> Level.ERROR;
            default -> throw new RuntimeFailure("invalid log-level: " + name);
        };
    }

    /** Mode 0644 also where the umask would allow more, as runc has it. */
    private static OutputStream append(Path path) {
        try {
            return Channels.newOutputStream(FileChannel.open(path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(READABLE_BY_ALL)));
        } catch (IOException e) {
            throw new RuntimeFailure("cannot open the log file " + path + ": " + Reason.of(e), e);
        }
    }
}
