package org.jrunc.container;

import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Process;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecException;
import org.jrunc.spec.SpecReader;
import org.jrunc.spec.SpecValidator;
import org.jrunc.spec.User;

/** The process that an exec adds to a container, as the configuration of the container with that process in it. */
final class ExecProcess {

    private ExecProcess() {
    }

    /** The container's configuration, as it was when the container was made, with the process of a request. */
    static Spec specOf(Container container, ExecRequest request) {
        try {
            Spec spec = SpecReader.read(container.directory().configFile().toPath());
            Process configured = spec.process()
                    .orElseThrow(() -> new RuntimeFailure("process property must not be empty: /process"));
            Process process;
            if (request.process().isPresent()) {
                Process given = SpecReader.readProcess(request.process().get());
                SpecValidator.validate(given);
                process = withDefaults(given, configured);
            } else {
                process = request.flags().applyTo(configured);
            }
            return new Spec(spec.ociVersion(), spec.root(), spec.hostname(), spec.domainname(), Optional.of(process),
                    spec.mounts(), spec.hooks(), spec.annotations(), spec.linux());
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage(), e);
        }
    }

    /** What runc takes from the container where the document of {@code --process} does not say. */
    private static Process withDefaults(Process given, Process configured) {
        User user = given.user();
        return new Process(given.terminal(), given.consoleSize(),
                new User(user.uid(), user.gid(), user.umask().isPresent() ? user.umask() : configured.user().umask(),
                        user.additionalGids()),
                given.args(), given.env(), given.cwd(),
                given.capabilities().or(configured::capabilities),
                given.rlimits().isEmpty() ? configured.rlimits() : given.rlimits(), given.noNewPrivileges(),
                isGiven(given.apparmorProfile()) ? given.apparmorProfile() : configured.apparmorProfile(),
                given.oomScoreAdj().isPresent() ? given.oomScoreAdj() : configured.oomScoreAdj(),
                given.scheduler().or(configured::scheduler),
                isGiven(given.selinuxLabel()) ? given.selinuxLabel() : configured.selinuxLabel(),
                given.ioPriority().or(configured::ioPriority),
                given.execCPUAffinity().or(configured::execCPUAffinity));
    }

    private static boolean isGiven(Optional<String> text) {
        return text.isPresent() && !text.get().isEmpty();
    }
}
