package org.jrunc.spec;

import java.util.Map;

/**
 * The state of a container as {@code jrunc state} prints it and as hooks get it on stdin (runtime.md, State).
 *
 * @param ociVersion  version of the specification the runtime follows
 * @param id          the container's id
 * @param status      creating, created, running, paused or stopped
 * @param pid         host pid of init; 0 when stopped
 * @param bundle      absolute path of the bundle
 * @param rootfs      absolute path of the root file system; not in the specification, runc prints it
 * @param created     RFC 3339 time in UTC with nanoseconds, empty while creating
 * @param annotations the annotations of config.json
 */
public record State(String ociVersion, String id, String status, int pid, String bundle, String rootfs, String created,
        Map<String, String> annotations) {
}
