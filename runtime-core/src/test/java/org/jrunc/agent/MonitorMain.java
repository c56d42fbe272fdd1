package org.jrunc.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Stat;

/**
 * A JVM that becomes a monitor: {@code DIR REMOVALS CLEANER PROGRAM ARG…}. Removals are separated by commas, a
 * directory ends in a slash; the cleaner is a program, or "-". The program {@link #DEAD} is never run.
 */
final class MonitorMain {

    /** Stands for an init that has died before the monitor starts it. */
    static final String DEAD = "DEAD";

    private MonitorMain() {
    }

    public static void main(String[] args) {
        LibcKernel libc = new LibcKernel();
        String dir = args[0];
        int start = fifo(libc, dir + "/start");
        int status = fifo(libc, dir + "/status");
        Agent agent = Agent.spawn(libc, "init");
        Launch.Plan launch = new Launch.Plan(agent.kernel().send(start), agent.kernel().send(status), List.of(),
                args[3], List.of(args).subList(3, args.length), List.of("PATH=/usr/bin:/bin"), Optional.empty());
        if (args[3].equals(DEAD)) {
            startDead(libc, agent, launch, dir, start);
        }
        Launch.release(agent, launch);
        libc.write(start, new byte[1]);
        List<Monitor.Removal> removals = new ArrayList<>();
        for (String removal : args[1].isEmpty() ? new String[0] : args[1].split(",")) {
            boolean directory = removal.endsWith("/");
            removals.add(new Monitor.Removal(directory ? removal.substring(0, removal.length() - 1) : removal,
                    directory));
        }
        List<String> cleaner = args[2].equals("-") ? List.of() : List.of(args[2], Path.of(dir, "cleaned").toString());
        CommandProcess.own().become(new Monitor.Plan(agent.pid(), Optional.empty(), removals, cleaner, List.of(),
                Optional.empty()));
    }

    /** Becomes a monitor that is to start an init which has been killed meanwhile; the reporter makes a file. */
    private static void startDead(LibcKernel libc, Agent agent, Launch.Plan launch, String dir, int start) {
        Launch.Ready ready = Launch.prepare(agent, launch);
        int status = libc.openat(Kernel.AT_FDCWD, dir + "/status", 0x80000, 0);
        libc.kill(agent.pid(), 9);
        libc.poll(libc.pidfdOpen(agent.pid()), 1, -1);
        CommandProcess.own().become(new Monitor.Plan(agent.pid(), Optional.empty(), List.of(), List.of(), List.of(),
                Optional.of(new Monitor.Start(ready, start, status, List.of(),
                        List.of("/usr/bin/touch", dir + "/reported")))));
    }

    private static int fifo(LibcKernel libc, String path) {
        libc.mknodat(Kernel.AT_FDCWD, path, Stat.S_IFIFO | 0600, 0);
        return libc.openat(Kernel.AT_FDCWD, path, 2 | 0x80000, 0);
    }
}
