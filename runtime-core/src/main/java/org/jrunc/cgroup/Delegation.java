package org.jrunc.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/**
 * Gives a cgroup of v2 to the container's user, so that it can make cgroups below (config-linux.md, Cgroup ownership;
 * cgroup-v2.rst, Delegation).
 */
final class Delegation {

    private static final String FILES = "/sys/kernel/cgroup/delegate";
    /** What was to be delegated before the kernel told (4.15). */
    private static final String FIRST_FILES = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads";

    private Delegation() {
    }

    /** Changes the owner of the directory and of the files that the kernel says are to be delegated. */
    static void give(CgroupDirectory cgroup, int uid) {
        String files = CgroupFiles.value(FILES);
        files = files.isEmpty() ? FIRST_FILES : files;
        chown(new File(cgroup.path()), uid);
        for (int start = 0; start < files.length();) {
            int feed = files.indexOf('\n', start);
            int end = feed < 0 ? files.length() : feed;
            chown(new File(cgroup.file(files.substring(start, end))), uid);
            start = end + 1;
        }
    }

    /** A file that is not there need not be given. */
    private static void chown(File file, int uid) {
        try {
            Files.setAttribute(Path.of(file.getPath()), "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            return;
        } catch (IOException e) {
            throw new RuntimeFailure("unable to apply cgroup configuration: chown " + uid + " " + file + ": "
                    + Reason.of(e), e);
        }
    }
}
