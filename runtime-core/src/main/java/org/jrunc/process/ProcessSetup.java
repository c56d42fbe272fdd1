package org.jrunc.process;

import java.util.Optional;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CapabilityMasks;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Prctl;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Personality;
import org.jrunc.spec.Process;
import org.jrunc.spec.Spec;

/**
 * Makes a process the container's. What belongs to it is in the classes of this package; this one has the order. The
 * constructor checks the whole configuration, before anything happens; then come, with the steps of the root file
 * system between them:
 *
 * <ol>
 * <li>{@link #beforeNamespaces}: what the first agent sets for itself and the child it will fork;
 * <li>{@link #beforePivot}: the child's first steps;
 * <li>{@link #afterPivot}: what needs the container's files, as the container's root user;
 * <li>{@link #openTerminal}: if there is to be one;
 * <li>{@link #everyCpu}, then {@link #applyLimits}: when the process has every descriptor that it will need;
 * <li>{@link #finalizeCredentials}: becomes the container's user, and finds the program;
 * <li>{@link PreservedFds#closeOthers}: in the last program of the process, before execve.
 * </ol>
 */
public final class ProcessSetup {

    private static final long DEFAULT_UMASK = 0022;
    /** {@code PER_LINUX32}, personality(2). */
    private static final long PER_LINUX32 = 8;

    private final Process process;
    private final SetupOptions options;
    private final RuntimeLog log;
    private final OomScore oomScore;
    private final Rlimits rlimits;
    private final Scheduling scheduling;
    private final ExecAffinity affinity;
    private final NumaPolicy numaPolicy;
    private final WorkingDirectory directory;
    private final Credentials credentials;
    private final CapabilitySets capabilities;
    private final SecurityLabels labels;
    private final Optional<Personality> personality;
    private final boolean linux32;
    private Environment environment;
    private Optional<CapabilityMasks> afterFilter = Optional.empty();

    /**
     * The set-up of a container's process.
     *
     * @param brain this process, asked for what the kernel has
     */
    public ProcessSetup(Kernel brain, Spec spec, SetupOptions options, RuntimeLog log) {
        if (spec.process().isEmpty()) {
            throw new RuntimeFailure("process property must not be empty: /process");
        }
        this.process = spec.process().get();
        this.options = options;
        this.log = log;
        if (process.args().isEmpty()) {
            throw new RuntimeFailure("args must not be empty: /process/args");
        }
        Optional<Linux> linux = spec.linux();
        this.directory = new WorkingDirectory(process.cwd());
        this.environment = Environment.of(process.env(), options.environment());
        this.oomScore = new OomScore(process.oomScoreAdj());
        this.rlimits = new Rlimits(process.rlimits());
        this.scheduling = new Scheduling(process.scheduler(), process.ioPriority(), linux.isPresent()
                && linux.get().resources().isPresent() && linux.get().resources().get().cpu().isPresent()
                && !linux.get().resources().get().cpu().get().cpus().orElse("").isEmpty());
        this.affinity = new ExecAffinity(process.execCPUAffinity());
        this.numaPolicy = new NumaPolicy(linux.isPresent() ? linux.get().memoryPolicy() : Optional.empty());
        this.personality = linux.isPresent() ? linux.get().personality() : Optional.empty();
        this.linux32 = personality.isPresent() && isLinux32(personality.get());
        this.credentials = new Credentials(process.user(), options.keepGroups());
        this.capabilities = new CapabilitySets(brain, process.capabilities(), spec.ociVersion(), log);
        this.labels = new SecurityLabels(brain, process.apparmorProfile(), process.selinuxLabel());
        SecurityLabels.requireSelinux(brain, "/linux/mountLabel",
                linux.isPresent() ? linux.get().mountLabel().orElse("") : "");
    }

    private boolean isLinux32(Personality wanted) {
        if (!wanted.flags().isEmpty()) {
            log.warn("ignoring /linux/personality/flags: none are supported");
        }
        if (!wanted.domain().equals("LINUX") && !wanted.domain().equals("LINUX32")) {
            throw new RuntimeFailure("invalid personality: /linux/personality/domain must be LINUX or LINUX32, was "
                    + GoText.quote(wanted.domain()));
        }
        return wanted.domain().equals("LINUX32");
    }

    /**
     * For the first agent, when it is in the container's cgroup and before it enters a namespace; its children inherit
     * it.
     *
     * @param brain the runtime, which does this from outside
     * @param pid   the agent
     */
    public void beforeNamespaces(Kernel brain, int pid) {
        oomScore.apply(brain, pid);
    }

    /** Lets the process run on every CPU of its cgroup, which it is in. It had one, or what its caller had. */
    public void everyCpu(Kernel brain, int pid) {
        Scheduling.resetAffinity(brain, pid, log);
    }

    /**
     * The first steps of the container's process, in its namespaces and not yet in its root: a session and a keyring
     * of its own, and a file mode mask that does not depend on who called.
     */
    public void beforePivot(Kernel kernel) {
        try {
            CallSequence calls = kernel.sequence();
            calls.prctl(Prctl.PR_SET_DUMPABLE, 0, 0, 0, 0);
            // A session leader, or it could not get a controlling terminal; also without one (feature-map row 354).
            calls.setsid();
            calls.umask((int) DEFAULT_UMASK);
            if (options.newKeyring() && !labels.labelsKeys()) {
                keyring().join(kernel, calls);
            }
            calls.run();
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to set up the container's process: " + e.getMessage(), e);
        }
        if (options.newKeyring() && labels.labelsKeys()) {
            labels.labelKeys(kernel);
            keyring().join(kernel);
            labels.endLabellingKeys(kernel);
        }
    }

    private Keyring keyring() {
        return new Keyring(options.containerId(), options.userNamespace(), log);
    }

    /** When the container's root is the process's, its {@code /dev} is there, and it is not read-only yet. */
    public void afterPivot(Kernel kernel) {
        if (options.ownDev()) {
            Stdio.reopenDevNull(kernel);
        }
        directory.make(kernel);
        environment = environment.withHome(kernel, process.user().uid());
    }

    /** What there is to do instead of {@link #afterPivot} for a further process of a running container. */
    public void afterJoin(Kernel kernel) {
        environment = environment.withHome(kernel, process.user().uid());
    }

    /** On which CPUs a further process of a running container runs. */
    public ExecAffinity execAffinity() {
        return affinity;
    }

    /** Whether {@link #openTerminal} is called for. */
    public boolean hasTerminal() {
        return process.terminal();
    }

    /**
     * Allocates the terminal, after {@link #afterPivot}. The caller fetches the master, binds the slave on
     * {@code /dev/console}, then calls {@link Terminal#attach}.
     */
    public Terminal openTerminal(Kernel kernel) {
        return Terminal.open(kernel, process.user().uid(), process.consoleSize());
    }

    /**
     * When mounts, devices, masked paths and sysctls are done: afterwards the process has no rights but those of the
     * container's user. A system call filter is loaded just before execve; for one without {@code noNewPrivileges} the
     * process keeps CAP_SYS_ADMIN up to then, see {@link #capabilitiesAfterFilter}.
     *
     * @param brain  the runtime
     * @param kernel the container's process
     * @param pid    its pid for the runtime
     */
    public Program finalizeCredentials(Kernel brain, Kernel kernel, int pid) {
        try {
            becomeUser(brain, kernel, pid);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to set up the container's process: " + e.getMessage(), e);
        }
        // Last, as this user and in this directory.
        String path = new Executable(kernel).find(process.args().getFirst(), environment.value("PATH"));
        return new Program(path, process.args(), environment.entries());
    }

    /**
     * The capability sets that the process must get as soon as its system call filter is loaded; empty if it has them.
     */
    public Optional<CapabilityMasks> capabilitiesAfterFilter() {
        return afterFilter;
    }

    private void becomeUser(Kernel brain, Kernel kernel, int pid) {
        labels.setForExec(kernel);
        // While it is root: its owner is then the runtime's user also when that is not root.
        scheduling.apply(brain, pid);
        numaPolicy.apply(kernel);
        if (personality.isPresent()) {
            kernel.personality(linux32 ? PER_LINUX32 : 0);
        }
        asRoot(kernel);
        credentials.apply(kernel);
        directory.enterAsUser(kernel);
        asUser(kernel);
        if (options.filtered() && !process.noNewPrivileges()) {
            afterFilter = capabilities.applyBeforeFilter(kernel);
        } else {
            capabilities.apply(kernel);
        }
    }

    /** Enters the working directory, drops capabilities from the bounding set, gives stdio to the container's user. */
    private void asRoot(Kernel kernel) {
        CallSequence calls = kernel.sequence();
        int entered = directory.enterAsRoot(calls);
        Stdio.Look stdio = new Stdio.Look(calls);
        dropBounding(calls, entered);
        directory.enteredAsRoot(calls.result(entered));
        Stdio.giveTo(kernel, process.user().uid(), stdio);
    }

    private void asUser(Kernel kernel) {
        CallSequence calls = kernel.sequence();
        Block current = Block.out(WorkingDirectory.PATH_MAX);
        int length = WorkingDirectory.ask(calls, current);
        credentials.release(calls);
        if (process.noNewPrivileges()) {
            calls.prctl(Prctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        }
        calls.umask((int) process.user().umask().orElse(DEFAULT_UMASK));
        calls.run();
        WorkingDirectory.verify(calls.result(length), current);
    }

    private void dropBounding(CallSequence calls, int entered) {
        try {
            capabilities.dropBounding(calls);
            calls.run();
        } catch (KernelException e) {
            directory.enteredAsRoot(calls.result(entered));
            throw new RuntimeFailure("unable to apply bounding set: /process/capabilities/bounding: " + e.getMessage()
                    + " (dropping a capability needs CAP_SETPCAP)", e);
        }
    }

    /**
     * Sets the resource limits: late, since a low limit of descriptors must not hit the set-up, and nothing from here
     * on opens one; but before the process has its final user, since the kernel looks at the limit of processes when it
     * changes (execve(2), EAGAIN), and since a runtime without CAP_SYS_RESOURCE may set limits for its own user only.
     *
     * @param brain  the runtime
     * @param kernel the container's process
     * @param pid    its pid for the runtime
     */
    public void applyLimits(Kernel brain, Kernel kernel, int pid) {
        rlimits.apply(brain, kernel, pid);
    }
}
