package org.jrunc.warm;

import java.io.PrintStream;
import org.jrunc.agent.CommandProcess;

/** What a server can do for its clients. For any number of threads at a time. */
public interface Commands {

    /** Whether a call is one for the server, and not for a JVM of its own. Has no effects. */
    boolean takes(Call call);

    /**
     * Whether a call that is taken has no effects: then nobody is harmed when it is carried out although the client has
     * given up waiting, and {@link #run} makes no use of the process.
     */
    boolean onlyTells(Call call);

    /**
     * Carries a call out.
     *
     * @param out     the client's stdout
     * @param err     the client's stderr
     * @param process the client
     * @return the exit status for the client
     */
    int run(Call call, PrintStream out, PrintStream err, CommandProcess process);
}
