package org.jrunc.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.CommandProcess;
import org.jrunc.report.RuntimeLog;

/**
 * What every operation needs to know: the global flags and the caller's environment.
 *
 * @param root          absolute directory that holds one state directory per container
 * @param rootIsDefault whether {@code root} was not given by the caller (then it may be missing when listing)
 * @param cache         absolute directory for what may be kept from call to call: compiled system call filters
 * @param cgroups       who makes cgroups ({@code --systemd-cgroup}, {@code --cgroup-manager})
 * @param rootless      {@code --rootless}; empty for {@code auto}
 * @param environment   the environment variables of the caller
 * @param log           where warnings and debug records go
 * @param process       the process that the command is
 * @param self          command line that calls this runtime again with the same global flags
 */
public record RuntimeContext(Path root, boolean rootIsDefault, Path cache, CgroupDriver cgroups,
        Optional<Boolean> rootless, Map<String, String> environment, RuntimeLog log, CommandProcess process,
        List<String> self) {
}
