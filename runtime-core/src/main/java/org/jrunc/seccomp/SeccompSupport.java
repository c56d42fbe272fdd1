package org.jrunc.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.spec.Features;
import org.jrunc.spec.Vocabulary;

/**
 * What this host can do about system call filters.
 *
 * @param features       the property {@code linux.seccomp} of {@code features}
 * @param libraryVersion the version of libseccomp, empty when the host does not have it
 */
public record SeccompSupport(Features.Seccomp features, Optional<String> libraryVersion) {

    /** Asks the host's libseccomp and kernel; changes nothing. */
    public static SeccompSupport of(Kernel kernel) {
        Optional<LibSeccomp> found = LibSeccomp.find();
        if (found.isEmpty()) {
            return new SeccompSupport(new Features.Seccomp(false, List.of(), List.of(), List.of(), List.of(),
                    List.of()), Optional.empty());
        }
        LibSeccomp library = found.get();
        List<String> architectures = new ArrayList<>();
        for (String name : Vocabulary.seccompArchitectures()) {
            if (library.architecture(name) != 0) {
                architectures.add(name);
            }
        }
        return new SeccompSupport(new Features.Seccomp(true, Vocabulary.seccompActions(),
                Vocabulary.seccompOperators(), architectures, Vocabulary.seccompFlags(), supportedFlags(kernel)),
                Optional.of(library.version()));
    }

    private static List<String> supportedFlags(Kernel kernel) {
        List<String> supported = new ArrayList<>();
        for (String name : Vocabulary.seccompFlags()) {
            int flag = name.equals("SECCOMP_FILTER_FLAG_TSYNC") ? SeccompCall.SECCOMP_FILTER_FLAG_TSYNC
                    : SeccompFilter.flag(name);
            // The kernel takes this one only together with a listener.
            int listener = flag == SeccompCall.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
                    ? SeccompCall.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
            try {
                if (SeccompCall.knows(kernel, flag | listener)) {
                    supported.add(name);
                }
            } catch (KernelException e) {
                // A kernel without filters supports no flags of theirs.
                return List.of();
            }
        }
        return supported;
    }
}
