package org.jrunc.spec;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code process} may not say (config.md, Process). */
final class ProcessChecks {
    /** (uid_t) -1 means "leave it" to the kernel. */
    private static final long NO_ID = 0xffff_ffffL;

    private static final Set<String> RLIMITS = Set.of("RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA",
            "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_NOFILE",
            "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK");
    private static final Set<String> POLICIES = Set.of("SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH",
            "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE");
    private static final Set<String> SCHEDULER_FLAGS = Set.of("SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM",
            "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN",
            "SCHED_FLAG_UTIL_CLAMP_MAX");
    private static final Set<String> IO_CLASSES = Set.of("IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE");

    private ProcessChecks() {
    }

    static void check(Findings findings, String pointer, Process process) {
        checkCwd(findings, pointer + "/cwd", process.cwd());
        if (process.args().isEmpty()) {
            findings.addPhrase(pointer + "/args", "args must not be empty");
        }
        findings.refuseNul(pointer + "/args", process.args());
        checkEnv(findings, pointer + "/env", process.env());
        checkUser(findings, pointer + "/user", process.user());
        checkRlimits(findings, pointer + "/rlimits", process.rlimits());
        if (process.apparmorProfile().isPresent()) {
            findings.refuseNul(pointer + "/apparmorProfile", process.apparmorProfile().get());
        }
        if (process.selinuxLabel().isPresent()) {
            findings.refuseNul(pointer + "/selinuxLabel", process.selinuxLabel().get());
        }
        if (process.oomScoreAdj().isPresent()) {
            int score = process.oomScoreAdj().getAsInt();
            if (score < -1000 || score > 1000) {
                findings.add(pointer + "/oomScoreAdj", "must be from -1000 to 1000, was " + score);
            }
        }
        if (process.scheduler().isPresent()) {
            checkScheduler(findings, pointer + "/scheduler", process.scheduler().get());
        }
        if (process.ioPriority().isPresent()) {
            checkIoPriority(findings, pointer + "/ioPriority", process.ioPriority().get());
        }
        if (process.execCPUAffinity().isPresent()) {
            CpuAffinity affinity = process.execCPUAffinity().get();
            checkCpus(findings, pointer + "/execCPUAffinity/initial", affinity.initial());
            checkCpus(findings, pointer + "/execCPUAffinity/final", affinity.finalCpus());
        }
    }

    private static void checkCwd(Findings findings, String pointer, String cwd) {
        if (cwd.isEmpty()) {
            findings.add(pointer, "is missing: Cwd property must not be empty");
        } else if (!cwd.startsWith("/")) {
            findings.add(pointer,
                    "must be an absolute path, was " + Text.quote(cwd) + " (Cwd must be an absolute path)");
        }
        findings.refuseNul(pointer, cwd);
    }

    private static void checkEnv(Findings findings, String pointer, List<String> env) {
        for (int i = 0; i < env.size(); i++) {
            String variable = env.get(i);
            int equals = variable.indexOf('=');
            if (equals < 0) {
                findings.addPhrase(pointer + "/" + i,
                        "invalid environment variable: missing '=': " + Text.quote(variable));
            } else if (equals == 0) {
                findings.addPhrase(pointer + "/" + i,
                        "invalid environment variable: name cannot be empty: " + Text.quote(variable));
            } else if (variable.indexOf(0) >= 0) {
                findings.addPhrase(pointer + "/" + i,
                        "invalid environment variable " + Text.quote(variable) + ": contains nul byte");
            }
        }
    }

    private static void checkUser(Findings findings, String pointer, User user) {
        checkId(findings, pointer + "/uid", user.uid());
        checkId(findings, pointer + "/gid", user.gid());
        for (int i = 0; i < user.additionalGids().size(); i++) {
            if (user.additionalGids().get(i) == NO_ID) {
                checkId(findings, pointer + "/additionalGids/" + i, NO_ID);
            }
        }
    }

    private static void checkId(Findings findings, String pointer, long id) {
        if (id == NO_ID) {
            findings.add(pointer, "must be less than 4294967295, which the kernel takes for no id");
        }
    }

    private static void checkRlimits(Findings findings, String pointer, List<Rlimit> rlimits) {
        for (int i = 0; i < rlimits.size(); i++) {
            Rlimit rlimit = rlimits.get(i);
            if (!RLIMITS.contains(rlimit.type())) {
                findings.addPhrase(pointer + "/" + i + "/type", "wrong rlimit value: " + Text.quote(rlimit.type()));
            }
            if (Long.compareUnsigned(rlimit.soft(), rlimit.hard()) > 0) {
                findings.add(pointer + "/" + i + "/soft", "must not be above the hard limit "
                        + Long.toUnsignedString(rlimit.hard()) + ", was " + Long.toUnsignedString(rlimit.soft()));
            }
            for (int j = 0; j < i; j++) {
                if (rlimits.get(j).type().equals(rlimit.type())) {
                    findings.add(pointer + "/" + i, "sets " + Text.quote(rlimit.type()) + " again, after " + pointer
                            + "/" + j);
                    break;
                }
            }
        }
    }

    private static void checkScheduler(Findings findings, String pointer, Scheduler scheduler) {
        String policy = scheduler.policy();
        if (policy.isEmpty()) {
            findings.addPhrase(pointer + "/policy", "scheduler policy is required");
        } else if (!POLICIES.contains(policy)) {
            findings.addPhrase(pointer + "/policy", "invalid scheduler policy: " + Text.quote(policy));
        }
        if ((policy.equals("SCHED_OTHER") || policy.equals("SCHED_BATCH"))
                && (scheduler.nice() < -20 || scheduler.nice() > 19)) {
            findings.addPhrase(pointer + "/nice",
                    "invalid scheduler.nice: " + scheduler.nice() + " when scheduler.policy is " + policy);
        }
        boolean realtime = policy.equals("SCHED_FIFO") || policy.equals("SCHED_RR");
        if (!realtime && scheduler.priority() != 0) {
            findings.addPhrase(pointer + "/priority",
                    "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
        } else if (realtime && (scheduler.priority() < 1 || scheduler.priority() > 99)) {
            findings.add(pointer + "/priority", "must be from 1 to 99, was " + scheduler.priority());
        }
        if (!policy.equals("SCHED_DEADLINE")
                && (scheduler.runtime() | scheduler.deadline() | scheduler.period()) != 0) {
            findings.addPhrase(pointer,
                    "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
        }
        for (int i = 0; i < scheduler.flags().size(); i++) {
            if (!SCHEDULER_FLAGS.contains(scheduler.flags().get(i))) {
                findings.addPhrase(pointer + "/flags/" + i,
                        "invalid scheduler flag: " + Text.quote(scheduler.flags().get(i)));
            }
        }
    }

    private static void checkIoPriority(Findings findings, String pointer, IoPriority ioPriority) {
        if (!IO_CLASSES.contains(ioPriority.ioClass())) {
            findings.addPhrase(pointer + "/class", "invalid ioPriority.Class: " + Text.quote(ioPriority.ioClass()));
        }
        if (ioPriority.priority() < 0 || ioPriority.priority() > 7) {
            findings.addPhrase(pointer + "/priority",
                    "invalid ioPriority.Priority: " + ioPriority.priority() + ", must be from 0 to 7");
        }
    }

    private static void checkCpus(Findings findings, String pointer, Optional<String> cpus) {
        if (cpus.isPresent()) {
            try {
                CpuList.parse(cpus.get());
            } catch (IllegalArgumentException e) {
                findings.addPhrase(pointer, e.getMessage());
            }
        }
    }
}
