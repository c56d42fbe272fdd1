package org.jrunc.seccomp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.NativeLibrary;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.SeccompArg;

/**
 * The host's libseccomp, which has the system call tables of all architectures. Each method is the function of the
 * same name in section 3 of the manual. A filter in the making is its {@code scmp_filter_ctx}.
 */
final class LibSeccomp {

    static final String SONAME = "libseccomp.so.2";

    /** What {@link #resolve} answers for a name it does not know, {@code __NR_SCMP_ERROR}. */
    static final int UNKNOWN = -1;

    private static final int ATTRIBUTE_OPTIMIZE = 8;
    /** {@code sizeof(struct scmp_arg_cmp)}. */
    private static final int CONDITION = 24;

    private final NativeLibrary library;
    private final NativeLibrary.Function resolve;
    private final NativeLibrary.Function addRule;

    private LibSeccomp(NativeLibrary library) {
        this.library = library;
        resolve = library.function("seccomp_syscall_resolve_name_arch");
        addRule = library.function("seccomp_rule_add_array");
    }

    /** Loads the library. */
    static LibSeccomp load() {
        Optional<NativeLibrary> found = NativeLibrary.open(SONAME);
        if (found.isEmpty()) {
            throw new RuntimeFailure("/linux/seccomp: a system call filter needs " + SONAME + ", which this host does"
                    + " not have: install the package libseccomp2 (Debian, Ubuntu) or libseccomp (Fedora, Arch,"
                    + " Alpine)");
        }
        return new LibSeccomp(found.get());
    }

    /** The library, empty when this host does not have it. */
    static Optional<LibSeccomp> find() {
        return NativeLibrary.open(SONAME).map(LibSeccomp::new);
    }

    /** seccomp_version(3), {@code 2.5.4}. */
    String version() {
        int[] parts = NativeLibrary.ints(library.call("seccomp_version"), 3);
        return parts[0] + "." + parts[1] + "." + parts[2];
    }

    /** seccomp_init(3): the context. */
    long init(int defaultAction) {
        long context = library.call("seccomp_init", Arg.of(defaultAction & 0xffffffffL));
        if (context == 0) {
            throw new RuntimeFailure("/linux/seccomp/defaultAction: libseccomp or this kernel does not support it");
        }
        return context;
    }

    /** seccomp_release(3). */
    void release(long context) {
        library.call("seccomp_release", Arg.of(context));
    }

    /** seccomp_arch_resolve_name(3): the token of an {@code SCMP_ARCH_*}, 0 when this library is older than it. */
    int architecture(String name) {
        return (int) library.call("seccomp_arch_resolve_name",
                Arg.text(name.substring("SCMP_ARCH_".length()).toLowerCase(Locale.ROOT)));
    }

    /** seccomp_arch_native(3). */
    int nativeArchitecture() {
        return (int) library.call("seccomp_arch_native");
    }

    /** seccomp_arch_add(3); one that is in the filter already is none the worse. */
    void addArchitecture(long context, int token, String field) {
        int error = (int) library.call("seccomp_arch_add", Arg.of(context), Arg.of(token & 0xffffffffL));
        if (-error == Errno.EDOM) {
            throw new RuntimeFailure("error adding architecture to seccomp filter: " + field + ": can not be in"
                    + " one filter with this machine's architecture: the byte orders differ");
        }
        if (error != 0 && -error != Errno.EEXIST) {
            throw new RuntimeFailure("error adding architecture to seccomp filter: " + field + ": seccomp_arch_add: "
                    + Errno.name(-error));
        }
    }

    /** Puts a name where {@link #resolve} finds it; it stays there until another function than that is called. */
    long name(String name) {
        return library.put(Arg.text(name));
    }

    /**
     * seccomp_syscall_resolve_name_arch(3): a number of this architecture, or a negative stand-in for those of others.
     *
     * @param name address of the {@link #name}
     */
    int resolve(int architecture, long name) {
        return (int) resolve.call(architecture & 0xffffffffL, name, 0, 0, 0);
    }

    /** seccomp_rule_add_array(3); returns 0 or the negative errno. */
    int addRule(long context, int action, int syscall, List<SeccompArg> conditions) {
        int count = conditions.size();
        return (int) addRule.call(context, action & 0xffffffffL, syscall, count,
                count == 0 ? 0 : library.put(array(conditions)));
    }

    private static Block array(List<SeccompArg> conditions) {
        Block array = Block.in(CONDITION * conditions.size());
        for (int i = 0; i < conditions.size(); i++) {
            SeccompArg condition = conditions.get(i);
            array.u32(CONDITION * i, condition.index()).u32(CONDITION * i + 4, Actions.operator(condition.op()))
                    .u64(CONDITION * i + 8, condition.value()).u64(CONDITION * i + 16, condition.valueTwo());
        }
        return array;
    }

    /** Asks for a binary tree instead of a list; libseccomp before 2.5 has none, which does no harm. */
    void optimize(long context) {
        library.call("seccomp_attr_set", Arg.of(context), Arg.of(ATTRIBUTE_OPTIMIZE), Arg.of(2));
    }

    /** seccomp_export_bpf(3) into a file; returns 0 or the negative errno. */
    int export(long context, int fd) {
        return (int) library.call("seccomp_export_bpf", Arg.of(context), Arg.of(fd));
    }
}
