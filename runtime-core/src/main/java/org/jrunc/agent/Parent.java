package org.jrunc.agent;

import org.jrunc.kernel.Kernel;

/** Who starts agents, as their parent. */
interface Parent {

    /** Its system calls. */
    Kernel kernel();

    /** Gives it descriptors of this JVM; returns their numbers there. */
    int[] give(int... fds);

    /**
     * Starts a program as its child, without an environment.
     *
     * @param image   its descriptor of the program's file
     * @param name    argv[0]
     * @param inherit its descriptors that the child gets although they are close-on-exec
     * @return the child's pid
     */
    int start(int image, String name, int... inherit);
}
