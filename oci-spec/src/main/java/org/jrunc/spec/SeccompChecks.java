package org.jrunc.spec;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What {@code linux.seccomp} may not say (config-linux.md, Seccomp). System calls that nobody knows are no fault. */
final class SeccompChecks {
    static final Set<String> ACTIONS = Set.of("SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS",
            "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW",
            "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY");
    static final Set<String> OPERATORS = Set.of("SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ",
            "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ");
    static final Set<String> ARCHITECTURES = Set.of("SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32",
            "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB");
    static final Set<String> FLAGS = Set.of("SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG",
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
    private static final String POINTER = "/linux/seccomp";
    /** The data of a filter's verdict are 16 bits (SECCOMP_RET_DATA). */
    private static final long MAX_RETURN = 0xffff;
    private static final int MAX_INDEX = 5;

    private SeccompChecks() {
    }

    static void check(Findings findings, Seccomp seccomp) {
        if (seccomp.defaultAction().isEmpty() && seccomp.syscalls().isEmpty()) {
            return; // no filter
        }
        checkAction(findings, POINTER + "/defaultAction", seccomp.defaultAction());
        if (seccomp.defaultAction().equals("SCMP_ACT_NOTIFY")) {
            findings.addPhrase(POINTER + "/defaultAction", "SCMP_ACT_NOTIFY cannot be used as default action");
        }
        checkReturn(findings, POINTER + "/defaultErrnoRet", seccomp.defaultAction(), seccomp.defaultErrnoRet());
        List<String> architectures = seccomp.architectures();
        for (int i = 0; i < architectures.size(); i++) {
            if (!ARCHITECTURES.contains(architectures.get(i))) {
                findings.addPhrase(POINTER + "/architectures/" + i,
                        "string " + Text.quote(architectures.get(i)) + " is not a valid arch for seccomp");
            }
        }
        List<String> flags = seccomp.flags().orElse(List.of());
        for (int i = 0; i < flags.size(); i++) {
            if (!FLAGS.contains(flags.get(i))) {
                findings.addPhrase(POINTER + "/flags/" + i,
                        "seccomp flag " + Text.quote(flags.get(i)) + " is not known to jrunc");
            }
        }
        boolean notify = false;
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            SyscallRule rule = seccomp.syscalls().get(i);
            checkRule(findings, POINTER + "/syscalls/" + i, rule);
            notify |= rule.action().equals("SCMP_ACT_NOTIFY");
        }
        checkListener(findings, seccomp, notify);
    }

    private static void checkListener(Findings findings, Seccomp seccomp, boolean notify) {
        if (seccomp.listenerPath().isPresent()) {
            findings.refuseNul(POINTER + "/listenerPath", seccomp.listenerPath().get());
            return;
        }
        if (notify) {
            findings.addPhrase(POINTER + "/listenerPath", "seccomp listenerPath is not set");
        }
        if (seccomp.listenerMetadata().isPresent()) {
            findings.add(POINTER + "/listenerMetadata", "must not be given without listenerPath");
        }
    }

    private static void checkRule(Findings findings, String pointer, SyscallRule rule) {
        if (rule.names().isEmpty()) {
            findings.add(pointer + "/names", "must not be empty");
        }
        checkAction(findings, pointer + "/action", rule.action());
        checkReturn(findings, pointer + "/errnoRet", rule.action(), rule.errnoRet());
        int write = rule.names().indexOf("write");
        if (write >= 0 && rule.action().equals("SCMP_ACT_NOTIFY")) {
            findings.addPhrase(pointer + "/names/" + write, "SCMP_ACT_NOTIFY cannot be used for the write syscall");
        }
        for (int i = 0; i < rule.args().size(); i++) {
            SeccompArg arg = rule.args().get(i);
            if (!OPERATORS.contains(arg.op())) {
                findings.addPhrase(pointer + "/args/" + i + "/op",
                        "string " + Text.quote(arg.op()) + " is not a valid operator for seccomp");
            }
            if (arg.index() > MAX_INDEX) {
                findings.add(pointer + "/args/" + i + "/index", "must be from 0 to 5, was " + arg.index());
            }
        }
    }

    private static void checkAction(Findings findings, String pointer, String action) {
        if (!ACTIONS.contains(action)) {
            findings.addPhrase(pointer, "string " + Text.quote(action) + " is not a valid action for seccomp");
        }
    }

    private static void checkReturn(Findings findings, String pointer, String action, OptionalLong value) {
        if (value.isEmpty()) {
            return;
        }
        if (!action.equals("SCMP_ACT_ERRNO") && !action.equals("SCMP_ACT_TRACE")) {
            findings.add(pointer, "must not be given: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return something");
        } else if (value.getAsLong() > MAX_RETURN) {
            findings.add(pointer, "must be from 0 to " + MAX_RETURN + ", was " + value.getAsLong());
        }
    }
}
