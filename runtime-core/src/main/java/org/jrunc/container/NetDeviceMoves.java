package org.jrunc.container;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.namespace.NetDevices;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/** {@code linux.netDevices} of one create, with the journal. */
final class NetDeviceMoves implements AutoCloseable {

    private final NetDevices devices;

    private NetDeviceMoves(NetDevices devices) {
        this.devices = devices;
    }

    /** The moves of a configuration, if it has any. Checks that there are these devices. */
    static Optional<NetDeviceMoves> of(LibcKernel libc, Spec spec, RuntimeLog log) {
        if (spec.linux().isEmpty() || spec.linux().get().netDevices().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new NetDeviceMoves(new NetDevices(libc, spec.linux().get().netDevices(), log)));
    }

    /**
     * Moves the devices. Only a namespace that outlives the container is of interest to the journal: with any other the
     * kernel has given back what it can.
     *
     * @param pid a process in the container's network namespace
     */
    void move(int pid, NamespacePlan namespaces, Journal journal) throws IOException {
        devices.enter(pid);
        for (String name : devices.names()) {
            NetDevices.Move move = devices.plan(name);
            if (namespaces.isJoined(NamespaceType.NETWORK)) {
                journal.intend(Teardown.NET_DEVICE, move + " " + namespaces.path(NamespaceType.NETWORK).orElseThrow());
            }
            devices.move(move);
        }
    }

    /** Brings back what was moved: the create has failed. */
    void undo() {
        devices.giveBack();
        devices.close();
    }

    /** Brings back what a create that was killed had moved, by what the journal has. */
    static void undo(List<String> entries, RuntimeLog log) {
        for (String entry : entries) {
            int slash = entry.indexOf('/');
            NetDevices.giveBack(LibcKernel.here(), NetDevices.Move.parse(entry.substring(0, slash - 1)),
                    entry.substring(slash), log);
        }
    }

    @Override
    public void close() {
        devices.close();
    }
}
