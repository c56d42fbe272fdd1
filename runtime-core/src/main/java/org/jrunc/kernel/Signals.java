package org.jrunc.kernel;

/** Numbers of signal(7), and what rt_sigprocmask(2) does with a set of them. */
public final class Signals {

    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGKILL = 9;
    public static final int SIGPIPE = 13;
    public static final int SIGTERM = 15;
    public static final int SIGCHLD = 17;
    public static final int SIGURG = 23;
    public static final int SIGWINCH = 28;

    public static final int SIG_SETMASK = 2;

    private Signals() {
    }
}
