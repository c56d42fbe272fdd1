package org.jrunc.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The container process (config.md, Process), also what {@code exec --process} reads.
 *
 * @param terminal        whether it gets a terminal
 * @param consoleSize     size of that terminal
 * @param user            ids it runs with
 * @param args            its argv; empty if not given
 * @param env             its environment as {@code KEY=value}
 * @param cwd             its working directory; {@code ""} if not given
 * @param capabilities    capability sets; absent is not the same as five empty sets
 * @param rlimits         resource limits
 * @param noNewPrivileges whether execve may not grant privileges
 * @param apparmorProfile name of an AppArmor profile
 * @param oomScoreAdj     oom_score_adj; absent means leave it alone
 * @param scheduler       CPU scheduling
 * @param selinuxLabel    SELinux label of the process
 * @param ioPriority      I/O priority
 * @param execCPUAffinity CPUs of processes that exec adds
 */
public record Process(boolean terminal, Optional<Box> consoleSize, User user, List<String> args, List<String> env,
        String cwd, Optional<Capabilities> capabilities, List<Rlimit> rlimits, boolean noNewPrivileges,
        Optional<String> apparmorProfile, OptionalInt oomScoreAdj, Optional<Scheduler> scheduler,
        Optional<String> selinuxLabel, Optional<IoPriority> ioPriority, Optional<CpuAffinity> execCPUAffinity) {

    public Process {
        args = List.copyOf(args);
        env = List.copyOf(env);
        rlimits = List.copyOf(rlimits);
    }
}
