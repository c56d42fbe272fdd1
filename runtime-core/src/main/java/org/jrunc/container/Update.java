package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
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
     * @param rdt       whether an Intel RDT schema is to change as well
     */
    public void update(String id, byte[] resources, String name, boolean rdt) {
        Container container = Container.load(context, id);
        Journal lock = Journal.of(container);
        try {
            if (container.status() == Status.STOPPED) {
                throw new RuntimeFailure("container not running");
            }
            if (rdt) {
                throw refusedRdt(container);
            }
            File config = container.directory().configFile();
            ResourcesUpdate update = ResourcesUpdate.of(SmallFile.read(config).orElseThrow(), resources, name);
            File next = SmallFile.prepare(config, update.config());
            apply(container, update, config, next);
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
    private void apply(Container container, ResourcesUpdate update, File config, File next) throws IOException {
        try {
            Runnable undo = CgroupManager.of(container.record().cgroups()).update(update.change(), context.log());
            if (!next.renameTo(config)) {
                undo.run();
                throw new IOException("could not rename " + next + " to " + config.getName());
            }
        } finally {
            next.delete();
        }
    }

    private static RuntimeFailure refusedRdt(Container container) {
        boolean known = SpecReader.read(container.directory().configFile().toPath()).linux()
                .flatMap(linux -> linux.intelRdt()).isPresent();
        return new RuntimeFailure(known
                ? "--l3-cache-schema, --mem-bw-schema: /linux/intelRdt: Intel RDT is not applied by this build yet"
                : "updating a non-existent Intel RDT configuration is not supported (--l3-cache-schema,"
                        + " --mem-bw-schema: the container has no /linux/intelRdt)");
    }
}
