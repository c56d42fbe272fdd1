package org.jrunc.container;

import java.io.IOException;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/**
 * The end of a foreground {@code exec} whose program could not be executed: the monitor, which found that out, becomes
 * this operation, which says why.
 */
public final class FailedExec {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public FailedExec(RuntimeContext context) {
        this.context = context;
    }

    /** Throws what is the matter; what the process told is read from descriptor 3. */
    public void report(String id, String program) {
        byte[] told;
        try {
            told = SmallFile.read(FailedRun.TOLD).orElse(new byte[0]);
        } catch (IOException e) {
            throw new RuntimeFailure("can not read what the process told: " + Reason.of(e), e);
        }
        try {
            Exec.judge(Container.load(context, id), told, program);
        } catch (ExecFailure e) {
            throw e;
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure("unable to start container process: " + e.getMessage(), e);
        }
    }
}
