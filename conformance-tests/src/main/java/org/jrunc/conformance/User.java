package org.jrunc.conformance;

import java.nio.file.Path;
import java.util.List;

/**
 * A normal user as whom a runtime is run.
 *
 * @param runtimeDir what {@code XDG_RUNTIME_DIR} is set to
 */
public record User(String name, int uid, int gid, Path home, Path runtimeDir) {

    /** The words that make a command run as this user, with none of the caller's groups and environment. */
    public List<String> prefix() {
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--inh-caps=-all", "--",
                "env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + home, "USER=" + name,
                "LOGNAME=" + name, "XDG_RUNTIME_DIR=" + runtimeDir);
    }
}
