package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jrunc.cgroup.ResctrlGroup;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IntelRdt;
import org.jrunc.spec.Linux;
import org.jrunc.spec.ResourcesUpdate;
import org.jrunc.spec.SpecException;
import org.jrunc.spec.SpecReader;

/** Changes the limits of a container that is not stopped. Either all changes hold, and are saved, or none. */
public final class Update {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Update(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Updates a container.
     *
     * @param id        the container
     * @param resources JSON of a {@code linux.resources} that has what is to change
     * @param name      what messages call it
     * @param l3Cache   the new Intel RDT schema of the L3 cache, if it is to change
     * @param bandwidth the new Intel RDT schema of the memory bandwidth, if it is to change
     */
    public void update(String id, byte[] resources, String name, Optional<String> l3Cache,
            Optional<String> bandwidth) {
        Container container = Container.load(context, id);
        Journal lock = Journal.of(container);
        try {
            if (container.status() == Status.STOPPED) {
                throw new RuntimeFailure("container not running");
            }
            Optional<ResctrlGroup> rdt = l3Cache.isEmpty() && bandwidth.isEmpty() ? Optional.empty()
                    : Optional.of(rdt(container, l3Cache, bandwidth));
            File config = container.directory().configFile();
            ResourcesUpdate update = ResourcesUpdate.of(SmallFile.read(config).orElseThrow(), resources, name);
            File next = SmallFile.prepare(config, update.config());
            apply(container, rdt, update, config, next);
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage(), e);
        } catch (IOException e) {
            throw new RuntimeFailure("can not save the new limits of container " + id + " in "
                    + container.directory().path() + " (--root): " + Reason.of(e) + "; nothing was changed", e);
        } finally {
            lock.close();
        }
    }

    /** The file is complete before the first limit is written, and takes the place of the old one after the last. */
    private void apply(Container container, Optional<ResctrlGroup> rdt, ResourcesUpdate update, File config, File next)
            throws IOException {
        Runnable undo = () -> { };
        try {
            Runnable share = rdt.isEmpty() ? undo : rdt.get().update();
            undo = share;
            Runnable limits = container.cgroup(context).update(update.change(), context.log());
            undo = () -> {
                limits.run();
                share.run();
            };
            if (!next.renameTo(config)) {
                throw new IOException("could not rename " + next + " to " + config.getName());
            }
        } catch (IOException | RuntimeException e) {
            undo.run();
            throw e;
        } finally {
            next.delete();
        }
    }

    private static ResctrlGroup rdt(Container container, Optional<String> l3Cache, Optional<String> bandwidth) {
        Optional<IntelRdt> saved = SpecReader.read(container.directory().configFile().toPath()).linux()
                .flatMap(Linux::intelRdt);
        if (saved.isEmpty()) {
            throw new RuntimeFailure("updating a non-existent Intel RDT configuration is not supported"
                    + " (--l3-cache-schema, --mem-bw-schema: the container has no /linux/intelRdt)");
        }
        return ResctrlGroup.of(new IntelRdt(saved.get().closID(), List.of(), l3Cache, bandwidth, false),
                container.record().id());
    }
}
