package org.jrunc.agent;

import org.jrunc.kernel.Kernel;

/**
 * The process that was called as a command: whoever called it waits for it and gets its exit status. What has to do with
 * descent and inheritance is its own: agents, and so containers, are its children, in its cgroup and with its limits;
 * hooks get its descriptors; it is what becomes the monitor of a foreground {@code run}.
 *
 * <p>Cold, it is this JVM ({@link #own}). Warm, it is a client of the server that this JVM is ({@link ServedProcess}).
 */
public interface CommandProcess {

    /** This JVM. */
    static CommandProcess own() {
        return new OwnProcess();
    }

    /** Its system calls. For few of them: those of a client cost a round trip each. */
    Kernel kernel();

    /** Its directory in /proc. */
    String proc();

    /**
     * Starts an agent as its child. The agent has its descriptors that are not close-on-exec, no environment, and default
     * signal dispositions with an empty mask.
     *
     * @param name what ps(1) shows
     */
    Agent spawn(String name);

    /**
     * Gives it descriptors of this JVM.
     *
     * @return their numbers there, which are the same ones when that is this JVM
     */
    int[] give(int... fds);

    /** Keeps it on the CPU that this thread is on, and its agents and this thread with it. */
    SharedCpu shareCpu();

    /**
     * Becomes the monitor of a container. When that is this JVM, this does not return unless it fails; otherwise it
     * returns when the process is on its own.
     *
     * @param plan what to do, in descriptors of that process
     * @throws org.jrunc.kernel.KernelException when it could not
     */
    void become(Monitor.Plan plan);
}
