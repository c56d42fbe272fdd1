package org.jrunc.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One cgroup in one hierarchy, with those below it. */
final class CgroupDirectory {

    private static final String PROCS = "/cgroup.procs";

    private final String path;

    CgroupDirectory(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    String file(String name) {
        return path + '/' + name;
    }

    boolean exists() {
        return new File(path).isDirectory();
    }

    /** Adds the processes in it and below it. A process of a pid namespace that this process can not see is no pid. */
    void collectProcesses(Collection<Integer> pids) {
        // Of a threaded v2 cgroup the file can not be read: its processes are listed by the cgroup above.
        String list = CgroupFiles.read(path + PROCS);
        for (int start = 0; start < list.length();) {
            int end = list.indexOf('\n', start);
            end = end < 0 ? list.length() : end;
            int pid = Integer.parseInt(list, start, end, 10);
            if (pid > 0) {
                pids.add(pid);
            }
            start = end + 1;
        }
        for (File below : children()) {
            new CgroupDirectory(below.getPath()).collectProcesses(pids);
        }
    }

    /** Removes it and all below it, bottom-up; returns whether it is gone. */
    boolean tryRemove() {
        File self = new File(path);
        if (self.delete() || !self.exists()) {
            return true;
        }
        for (File below : children()) {
            new CgroupDirectory(below.getPath()).tryRemove();
        }
        return self.delete() || !self.exists();
    }

    /**
     * The cgroups directly below. cgroupfs counts them in the link count of a directory, so that most often its forty
     * files need not be looked at one by one.
     */
    private List<File> children() {
        List<File> children = new ArrayList<>();
        try {
            if (Files.getAttribute(Path.of(path), "unix:nlink") instanceof Integer links && links == 2) {
                return children;
            }
        } catch (IOException gone) {
            return children;
        }
        File[] entries = new File(path).listFiles();
        if (entries != null) {
            for (File entry : entries) {
                if (entry.isDirectory()) {
                    children.add(entry);
                }
            }
        }
        return children;
    }
}
