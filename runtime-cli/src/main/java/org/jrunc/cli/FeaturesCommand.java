package org.jrunc.cli;

import java.util.Map;
import org.jrunc.container.FeatureReport;
import org.jrunc.spec.FeaturesJson;

/** {@code features}. */
final class FeaturesCommand extends Command {

    FeaturesCommand() {
        super("features", "show the enabled features");
    }

    @Override
    String arguments() {
        return "";
    }

    @Override
    String description() {
        return """
                Prints as JSON what this build of the runtime can do, in the form that the OCI runtime
                specification defines (features.md). Needs no privileges. Seccomp is what the host's
                libseccomp and kernel offer.""";
    }

    @Override
    int run(Invocation invocation) {
        invocation.exactly(0);
        Map<String, String> build = Map.of("org.jrunc.version", VersionText.version(), "org.jrunc.commit",
                VersionText.commit());
        invocation.out().print(FeaturesJson.features(FeatureReport.of(build, invocation.context().environment()))
                + "\n");
        return Cli.EXIT_OK;
    }
}
