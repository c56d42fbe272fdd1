package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/**
 * The end of a foreground {@code run} whose container could not be started: the monitor, which found that out, becomes
 * this operation. It deletes the container and says why.
 */
public final class FailedRun {

    /** What the process has told, as the monitor leaves it to the reporter. */
    static final File TOLD = new File("/proc/self/fd/3");

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public FailedRun(RuntimeContext context) {
        this.context = context;
    }

    /** Throws what is the matter; what init told is read from descriptor 3. */
    public void report(String id) {
        Container container = Container.load(context, id);
        try {
            Start.judge(container, SmallFile.read(TOLD).orElse(new byte[0]));
        } catch (IOException e) {
            throw new RuntimeFailure("can not read what the container's init told: " + Reason.of(e), e);
        } finally {
            new Delete(context).delete(id, true);
        }
    }
}
