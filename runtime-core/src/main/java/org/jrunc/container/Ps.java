package org.jrunc.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** The host's ps(1), of whose output only some processes' lines are kept. */
public final class Ps {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Ps(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Runs {@code ps}.
     *
     * @param options its options; none mean {@code -ef}
     * @param pids    whose lines are to be kept
     * @return the header and the lines
     */
    public List<String> lines(List<String> options, List<Integer> pids) {
        List<String> command = new ArrayList<>();
        command.add("ps");
        command.addAll(options.isEmpty() ? List.of("-ef") : options);
        return filter(output(command), pids);
    }

    private String output(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(context.environment());
        try {
            Process ps = builder.start();
            ps.getOutputStream().close();
            String output = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = ps.waitFor();
            if (status != 0) {
                throw new RuntimeFailure("exit status " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new RuntimeFailure("can not run the host's ps: " + Reason.of(e)
                    + "; is it installed, and in $PATH? ps --format json needs none", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while the host's ps ran", e);
        }
    }

    /** The header and the lines whose column PID has one of these pids. */
    static List<String> filter(String output, List<Integer> pids) {
        List<String> kept = new ArrayList<>();
        int column = -1;
        for (int start = 0; start < output.length();) {
            int feed = output.indexOf('\n', start);
            int end = feed < 0 ? output.length() : feed;
            String line = output.substring(start, end);
            if (column < 0) {
                column = pidColumn(line);
                kept.add(line);
            } else if (!line.isEmpty() && pids.contains(pid(line, column))) {
                kept.add(line);
            }
            start = end + 1;
        }
        if (column < 0) {
            throw noColumn();
        }
        return kept;
    }

    private static int pidColumn(String header) {
        StringTokenizer titles = new StringTokenizer(header);
        for (int column = 0; titles.hasMoreTokens(); column++) {
            if (titles.nextToken().equals("PID")) {
                return column;
            }
        }
        throw noColumn();
    }

    private static RuntimeFailure noColumn() {
        return new RuntimeFailure("couldn't find PID field in ps output");
    }

    private static int pid(String line, int column) {
        StringTokenizer fields = new StringTokenizer(line);
        String field = "";
        for (int i = 0; i <= column && fields.hasMoreTokens(); i++) {
            field = fields.nextToken();
        }
        try {
            return Integer.parseInt(field);
        } catch (NumberFormatException e) {
            throw new RuntimeFailure("unable to parse pid: \"" + field + "\" in ps's line \"" + line + "\"", e);
        }
    }
}
