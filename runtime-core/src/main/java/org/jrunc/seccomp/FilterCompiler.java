package org.jrunc.seccomp;

import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MemfdFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.SeccompArg;
import org.jrunc.spec.SyscallRule;

/** Makes a profile a program of classic BPF, {@code struct sock_filter[]}. */
final class FilterCompiler {

    private static final String FIELD = "/linux/seccomp";
    private static final int INSTRUCTION = 8;
    /** {@code BPF_MAXINSNS}. */
    private static final int MOST_INSTRUCTIONS = 4096;
    /** From so many calls on a search tree is better than a list. */
    private static final int MANY = 32;

    private final Kernel kernel;
    private final LibSeccomp library;
    private final RuntimeLog log;
    private final Seccomp profile;
    private final boolean failUnknown;
    private final int defaultAction;
    private final boolean stub;
    private int[] architectures;
    private int[] largest;

    FilterCompiler(Kernel kernel, LibSeccomp library, RuntimeLog log, Seccomp profile, boolean failUnknown) {
        this.kernel = kernel;
        this.library = library;
        this.log = log;
        this.profile = profile;
        this.failUnknown = failUnknown;
        this.defaultAction = Actions.of(profile.defaultAction(), profile.defaultErrnoRet());
        this.stub = !Actions.letsThrough(defaultAction) && defaultAction != (Actions.ERRNO | Errno.ENOSYS);
    }

    /** Compiles; takes some 20 ms for an engine's profile, most of it in libseccomp. */
    byte[] compile() {
        long context = library.init(defaultAction);
        byte[] filter;
        try {
            addArchitectures(context);
            int calls = 0;
            for (int i = 0; i < profile.syscalls().size(); i++) {
                calls += profile.syscalls().get(i).names().size();
                addRule(context, profile.syscalls().get(i), FIELD + "/syscalls/" + i);
            }
            if (calls > MANY) {
                library.optimize(context);
            }
            filter = export(context);
        } finally {
            library.release(context);
        }
        return checked(stub ? join(EnosysStub.of(architectures, largest), filter) : filter);
    }

    private void addArchitectures(long context) {
        List<String> names = profile.architectures();
        architectures = new int[names.size() + 1];
        // The machine's own is in every filter: nothing could run otherwise.
        architectures[0] = library.nativeArchitecture();
        int count = 1;
        for (int i = 0; i < names.size(); i++) {
            String field = FIELD + "/architectures/" + i;
            int token = library.architecture(names.get(i));
            if (token == 0) {
                throw new RuntimeFailure("error adding architecture to seccomp filter: " + field + ": " + names.get(i)
                        + " is not known to this host's " + LibSeccomp.SONAME);
            }
            library.addArchitecture(context, token, field);
            if (!contains(count, token)) {
                architectures[count] = token;
                count++;
            }
        }
        architectures = java.util.Arrays.copyOf(architectures, count);
        largest = new int[count];
        java.util.Arrays.fill(largest, -1);
    }

    private boolean contains(int count, int token) {
        for (int i = 0; i < count; i++) {
            if (architectures[i] == token) {
                return true;
            }
        }
        return false;
    }

    private void addRule(long context, SyscallRule rule, String field) {
        int action = Actions.of(rule.action(), rule.errnoRet());
        for (String name : rule.names()) {
            long at = library.name(name);
            int number = library.resolve(architectures[0], at);
            if (number == LibSeccomp.UNKNOWN && failUnknown) {
                throw new RuntimeFailure(field + ": unknown system call \"" + name + "\": this host's "
                        + LibSeccomp.SONAME + " does not know it (annotation run.oci.seccomp_fail_unknown_syscall)");
            }
            if (number == LibSeccomp.UNKNOWN) {
                log.debug(field + ": this host's " + LibSeccomp.SONAME + " knows no system call " + name
                        + "; it is left out");
                continue;
            }
            if (stub) {
                noteLargest(number, at);
            }
            // libseccomp refuses a rule that says what the filter does anyway.
            if (action != defaultAction) {
                addCall(context, action, number, rule.args(), field, name);
            }
        }
    }

    private void noteLargest(int number, long name) {
        noteLargest(0, number);
        for (int i = 1; i < architectures.length; i++) {
            noteLargest(i, library.resolve(architectures[i], name));
        }
    }

    private void noteLargest(int architecture, int number) {
        // x32 has numbers with a bit of its own, which the stub adds.
        int plain = number & ~EnosysStub.X32_BIT;
        if (number >= 0 && plain > largest[architecture]) {
            largest[architecture] = plain;
        }
    }

    private void addCall(long context, int action, int number, List<SeccompArg> conditions, String field,
            String name) {
        if (!hasRepeatedIndex(conditions)) {
            check(library.addRule(context, action, number, conditions), field, name);
            return;
        }
        // All conditions of one rule must hold, but libseccomp takes one for each argument: so any of them is enough.
        for (SeccompArg condition : conditions) {
            check(library.addRule(context, action, number, List.of(condition)), field, name);
        }
    }

    private static boolean hasRepeatedIndex(List<SeccompArg> conditions) {
        int seen = 0;
        for (SeccompArg condition : conditions) {
            if ((seen & 1 << condition.index()) != 0) {
                return true;
            }
            seen |= 1 << condition.index();
        }
        return false;
    }

    private static void check(int result, String field, String name) {
        // The same rule twice is no fault.
        if (result < 0 && -result != Errno.EEXIST) {
            throw new RuntimeFailure("error adding seccomp filter rule: " + field + " (" + name
                    + "): seccomp_rule_add_array: " + Errno.name(-result) + (-result == Errno.EINVAL
                    ? " (libseccomp or this kernel does not support the action or the conditions)" : ""));
        }
    }

    private byte[] export(long context) {
        int fd = kernel.memfdCreate("jrunc-seccomp", MemfdFlags.MFD_CLOEXEC);
        try {
            int result = library.export(context, fd);
            if (result < 0) {
                throw new RuntimeFailure(FIELD + ": the filter can not be made: seccomp_export_bpf: "
                        + Errno.name(-result));
            }
            int size = (int) kernel.lseek(fd, 0, 2);
            return kernel.pread(fd, size, 0);
        } finally {
            kernel.close(fd);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] checked(byte[] filter) {
        int count = filter.length / INSTRUCTION;
        if (count > MOST_INSTRUCTIONS) {
            throw new RuntimeFailure(FIELD + ": the filter has " + count + " instructions, Linux takes "
                    + MOST_INSTRUCTIONS + ": use fewer rules with conditions, or fewer architectures");
        }
        return filter;
    }
}
