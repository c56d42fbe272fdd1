package org.jrunc.hooks;

import java.util.Map;
import java.util.Optional;

/**
 * Where crun's annotations want the output of hooks to go: files of the host that are appended to, whichever
 * process runs the hook. Without them the output is kept until the hook has ended, and shown when it failed.
 *
 * @param stdout the file of {@code run.oci.hooks.stdout}
 * @param stderr the file of {@code run.oci.hooks.stderr}
 */
public record HookOutput(Optional<String> stdout, Optional<String> stderr) {

    /** What the annotations of config.json ask for. */
    public static HookOutput of(Map<String, String> annotations) {
        return new HookOutput(Optional.ofNullable(annotations.get("run.oci.hooks.stdout")),
                Optional.ofNullable(annotations.get("run.oci.hooks.stderr")));
    }
}
