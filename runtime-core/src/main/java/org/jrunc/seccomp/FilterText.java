package org.jrunc.seccomp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.SeccompArg;
import org.jrunc.spec.SyscallRule;

/**
 * Everything that a compiled filter depends on, as text: the profile, the kernel, the library, this compiler. Two equal
 * texts mean equal filters.
 */
final class FilterText {

    /** To be changed with whatever changes the compiler's output. */
    private static final String COMPILER = "1";
    private static final String[] DIRECTORIES = Abi.current() == Abi.X86_64
            ? new String[] {"/usr/lib/x86_64-linux-gnu/", "/usr/lib64/", "/usr/lib/", "/lib/x86_64-linux-gnu/",
                "/lib64/"}
            : new String[] {"/usr/lib/aarch64-linux-gnu/", "/usr/lib64/", "/usr/lib/", "/lib/aarch64-linux-gnu/",
                "/lib64/"};

    private final StringBuilder text = new StringBuilder(8192);

    private FilterText() {
    }

    /** The text of a profile on this host. */
    static byte[] of(Kernel kernel, Seccomp profile) {
        FilterText text = new FilterText();
        text.add(COMPILER).add(System.getProperty("os.version")).add(System.getProperty("os.arch"));
        text.library(kernel);
        text.profile(profile);
        return text.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Which file the library is: a newer one knows more system calls. */
    private void library(Kernel kernel) {
        for (String directory : DIRECTORIES) {
            try {
                Stat stat = kernel.statx(Kernel.AT_FDCWD, directory + LibSeccomp.SONAME, 0);
                add(directory).add(stat.dev()).add(stat.inode()).add(stat.size());
                return;
            } catch (KernelException absent) {
                continue;
            }
        }
    }

    private void profile(Seccomp profile) {
        add(profile.defaultAction()).add(profile.defaultErrnoRet());
        add(profile.architectures());
        add(profile.syscalls().size());
        for (SyscallRule rule : profile.syscalls()) {
            add(rule.action()).add(rule.errnoRet());
            add(rule.names());
            add(rule.args().size());
            for (SeccompArg arg : rule.args()) {
                add(arg.index()).add(arg.value()).add(arg.valueTwo()).add(arg.op());
            }
        }
    }

    private void add(List<String> words) {
        add(words.size());
        for (String word : words) {
            add(word);
        }
    }

    private FilterText add(OptionalLong value) {
        return value.isPresent() ? add(value.getAsLong()) : add("-");
    }

    private FilterText add(long value) {
        text.append(value).append('\n');
        return this;
    }

    /** With its length, so that no word can look like two. */
    private FilterText add(String word) {
        text.append(word.length()).append(' ').append(word).append('\n');
        return this;
    }
}
