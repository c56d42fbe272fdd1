package org.jrunc.container;

import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.Launch;
import org.jrunc.kernel.CapabilityMasks;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.seccomp.Listener;
import org.jrunc.seccomp.SeccompFilter;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.Spec;
import org.jrunc.spec.StateJson;

/** When a process of the container's loads its system call filter: as late as can be, unless it has a listener. */
final class FilterLoading {

    private FilterLoading() {
    }

    /**
     * The filter that the process has to load in its last program; one with a listener is loaded now, as its
     * descriptor has to be passed on.
     *
     * @param container    the container, of which a listener is told
     * @param initPid      pid of the container's init
     * @param status       the container's status at this point
     * @param capabilities what the process must have once the filter is loaded
     */
    static Optional<Launch.Filter> of(LibcKernel libc, Agent process, Optional<SeccompFilter> filter, Spec spec,
            Container container, int initPid, Status status, Optional<CapabilityMasks> capabilities) {
        if (filter.isEmpty()) {
            return Optional.empty();
        }
        if (!filter.get().notifies()) {
            return Optional.of(new Launch.Filter(filter.get().program(), filter.get().flags(), capabilities));
        }
        Seccomp profile = spec.linux().orElseThrow().seccomp().orElseThrow().read();
        String told = StateJson.seccompAgent(container.state(status, initPid), status.text(), process.pid(),
                profile.listenerMetadata().orElse(""));
        try (Listener listener = Listener.connect(libc, profile.listenerPath().orElseThrow())) {
            listener.load(process, filter.get(), told);
        }
        if (capabilities.isPresent()) {
            CapabilityMasks masks = capabilities.get();
            process.kernel().capset(masks.effective(), masks.permitted(), masks.inheritable());
        }
        return Optional.empty();
    }
}
