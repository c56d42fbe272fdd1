package org.jrunc.container;

import java.util.Optional;
import java.util.function.Predicate;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.OomWatch;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.JsonWriter;

/** Tells what a container uses, and when it runs out of memory, in JSON lines. */
public final class Events {

    private static final int POLLIN = 1;

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Events(RuntimeContext context) {
        this.context = context;
    }

    /** The present statistics of a container that is not stopped, in one line. */
    public String statistics(String id) {
        return statistics(running(id));
    }

    /**
     * Tells statistics at an interval, and each out of memory when it happens, until the container stops.
     *
     * @param intervalMillis at least 1
     * @param reader         takes a line; false when nobody wants more
     */
    public void watch(String id, long intervalMillis, Predicate<String> reader) {
        Container container = running(id);
        LibcKernel kernel = LibcKernel.here();
        int pidfd;
        try {
            pidfd = kernel.pidfdOpen(container.record().initPid());
        } catch (KernelException e) {
            if (e.is(Errno.ESRCH)) {
                return;
            }
            throw new RuntimeFailure("can not watch the container: " + e.getMessage(), e);
        }
        try {
            CgroupManager cgroup = CgroupManager.of(container.record().cgroups());
            Optional<OomWatch> watch = cgroup.watchOom(kernel);
            try {
                watch(container, kernel, pidfd, watch, intervalMillis, reader);
            } finally {
                watch.ifPresent(OomWatch::close);
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("can not watch the container's cgroup: " + e.getMessage(), e);
        } finally {
            kernel.close(pidfd);
        }
    }

    private void watch(Container container, LibcKernel kernel, int pidfd, Optional<OomWatch> watch,
            long intervalMillis, Predicate<String> reader) {
        int[] fds = watch.isPresent() ? new int[] {pidfd, watch.get().fd()} : new int[] {pidfd};
        int[] events = watch.isPresent() ? new int[] {POLLIN, watch.get().events()} : new int[] {POLLIN};
        long next = System.nanoTime() + intervalMillis * 1_000_000;
        boolean wanted = true;
        while (wanted) {
            long wait = Math.max(0, next - System.nanoTime() + 999_999) / 1_000_000;
            int[] came = kernel.poll(fds, events, wait);
            if (watch.isPresent() && watch.get().happened()) {
                wanted = reader.test(line(container, "oom").endObject().toString());
            }
            if (came[0] != 0 || !container.isAlive()) {
                return;
            }
            if (wanted && System.nanoTime() - next >= 0) {
                wanted = reader.test(statistics(container));
                next += intervalMillis * 1_000_000;
            }
        }
    }

    private Container running(String id) {
        Container container = Container.load(context, id);
        if (!container.isAlive()) {
            throw new RuntimeFailure("container with id " + id + " is not running");
        }
        return container;
    }

    private static String statistics(Container container) {
        JsonWriter json = line(container, "stats").name("data");
        CgroupManager.of(container.record().cgroups()).statistics(json);
        return json.endObject().toString();
    }

    private static JsonWriter line(Container container, String type) {
        return JsonWriter.compact().beginObject().property("type", type).property("id", container.record().id());
    }
}
