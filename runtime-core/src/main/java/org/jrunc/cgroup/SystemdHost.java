package org.jrunc.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.systemd.DBusSystemd;
import org.jrunc.systemd.Systemd;
import org.jrunc.systemd.SystemdUnit;

/**
 * The systemd that makes a container's cgroup.
 *
 * @param cgroups   the mounted hierarchies
 * @param directory where systemd keeps what it has at run time, {@code /run/systemd} or that of a user
 * @param user      whether it is that of a user
 * @param base      the cgroup below which the system's systemd has its own; empty on a host
 * @param connector connects to it
 */
record SystemdHost(CgroupHost cgroups, String directory, boolean user, String base, Systemd.Connector connector) {

    private static final String SYSTEM = "/run/systemd";
    private static final String INIT = "/init.scope";

    /**
     * The one for a new container. Somebody without privileges on the host has his own, unless he is the root of a
     * container that runs a systemd.
     */
    static SystemdHost current(CgroupHost cgroups, boolean rootless, Map<String, String> environment) {
        return of(cgroups, rootless && !(owner("/proc/self") == 0 && owner(SYSTEM + "/system") == 0), environment);
    }

    /** The system's or the user's. */
    static SystemdHost of(CgroupHost cgroups, boolean user, Map<String, String> environment) {
        return new SystemdHost(cgroups, user ? DBusSystemd.runtimeDirectory(environment) + "/systemd" : SYSTEM, user,
                user ? "" : init(CgroupFiles.read("/proc/1/cgroup")), DBusSystemd.connector(user, environment));
    }

    /** Refuses what can not be. */
    void check() {
        if (!new File(SYSTEM + "/system").isDirectory()) {
            throw new RuntimeFailure("systemd not running on this host, cannot use systemd cgroups manager: there is no"
                    + " " + SYSTEM + "/system; leave out --systemd-cgroup (SystemdCgroup, cgroup_manager of the engine)");
        }
        if (user && !cgroups.isUnified()) {
            throw new RuntimeFailure("cannot use rootless systemd cgroups manager on cgroup v1: only cgroup v2 can be"
                    + " delegated to a user; leave out --systemd-cgroup");
        }
    }

    /** Whether systemd knows a transient unit: as long as it does, it keeps this file (systemd.unit(5)). */
    boolean isLoaded(SystemdUnit unit) {
        return new File(directory + "/transient/" + unit.name()).exists();
    }

    Systemd connect() {
        return connector.connect();
    }

    /** The cgroup of systemd, from that of pid 1, which it puts into a scope of its own; cgroups(7). */
    static String init(String cgroup) {
        String base = "";
        for (int start = 0; start < cgroup.length();) {
            int feed = cgroup.indexOf('\n', start);
            String line = cgroup.substring(start, feed < 0 ? cgroup.length() : feed);
            if ((line.startsWith("0::") || line.contains(":name=systemd:")) && line.endsWith(INIT)) {
                base = line.substring(line.lastIndexOf(':') + 1, line.length() - INIT.length());
            }
            start += line.length() + 1;
        }
        return base;
    }

    private static int owner(String path) {
        try {
            return Files.getAttribute(Path.of(path), "unix:uid") instanceof Integer uid ? uid : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
