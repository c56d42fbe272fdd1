package org.jrunc.rootfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Kernel;

/**
 * One line of {@code /proc/self/mountinfo}, proc_pid_mountinfo(5).
 *
 * @param root       directory of the file system that is the root of this mount
 * @param mountPoint where it is
 * @param type       file system type
 * @param superBlock options of the file system
 */
record MountInfo(String root, String mountPoint, String type, String superBlock) {

    /** The mounts that init sees. */
    static List<MountInfo> ofInit(Kernel kernel) {
        return parse(KernelFiles.lines(kernel, "/proc/self/mountinfo"), "");
    }

    /** Those of one file system type. */
    static List<MountInfo> ofInit(Kernel kernel, String type) {
        return parse(KernelFiles.lines(kernel, "/proc/self/mountinfo"), " - " + type + ' ');
    }

    private static List<MountInfo> parse(List<String> lines, String with) {
        List<MountInfo> all = new ArrayList<>();
        for (String line : lines) {
            if (!line.contains(with)) {
                continue;
            }
            List<String> fields = KernelFiles.split(line, ' ');
            int dash = fields.indexOf("-");
            if (dash >= 6 && fields.size() > dash + 3) {
                all.add(new MountInfo(unescape(fields.get(3)), unescape(fields.get(4)), fields.get(dash + 1),
                        fields.get(dash + 3)));
            }
        }
        return all;
    }

    /** Space, tab, newline and backslash are written as three octal digits. */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        byte[] escaped = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i] == '\\' && i + 3 < escaped.length) {
                plain.write((escaped[i + 1] - '0') * 64 + (escaped[i + 2] - '0') * 8 + escaped[i + 3] - '0');
                i += 3;
            } else {
                plain.write(escaped[i]);
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }
}
