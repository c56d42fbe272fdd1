package org.jrunc.container;

import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.process.ConsoleSocket;
import org.jrunc.process.Terminal;

/** Where the master of a container's terminal goes: to who listens at {@code --console-socket}, or to this process. */
final class TerminalMaster {

    private TerminalMaster() {
    }

    /**
     * Makes the terminal the process's own, and hands its master over.
     *
     * @return this process's descriptor of the master in the foreground, -1 if nobody here needs it
     */
    static int handOver(LibcKernel libc, Agent process, Terminal terminal, Optional<ConsoleSocket> console) {
        int master = process.kernel().fetch(terminal.master());
        terminal.attach();
        if (console.isEmpty()) {
            return master;
        }
        try (ConsoleSocket socket = console.get()) {
            socket.send(master, terminal);
        } finally {
            libc.close(master);
        }
        return -1;
    }
}
