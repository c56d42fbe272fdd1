package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/**
 * Makes mounts of file systems that are attached nowhere yet (fsopen(2), fsconfig(2), fsmount(2)). What the file
 * system itself has to say about a failure can be read from its context, and goes into the message.
 */
final class FileSystems {

    /** fsconfig(2) takes strings of less than 256 bytes. */
    private static final int LONGEST = 255;
    private static final int PAGE = 4095;

    private final Kernel kernel;
    private final Spent spent;

    FileSystems(Kernel kernel, Spent spent) {
        this.kernel = kernel;
        this.spent = spent;
    }

    /**
     * Makes one.
     *
     * @param mount      what it is for
     * @param data       options of the file system, {@code key} or {@code key=value}
     * @param attributes {@code MOUNT_ATTR_*}
     * @return the descriptor of the mount
     * @throws RuntimeFailure when the kernel refuses; its cause is the {@link KernelException}
     */
    int create(PlannedMount mount, List<String> data, long attributes) {
        CallSequence calls = kernel.sequence();
        int[] made = {-1, -1};
        try {
            add(calls, mount, data, attributes, made);
            calls.run();
            return calls.result(made[1]);
        } catch (KernelException e) {
            throw MountFailure.of(mount, e, explain(mount, e, made[0] < 0 ? -1 : calls.result(made[0])));
        } finally {
            if (made[0] >= 0 && calls.result(made[0]) >= 0) {
                spent.add(calls.result(made[0]));
            }
        }
    }

    /**
     * Adds what makes one to a sequence of calls.
     *
     * @param made gets what stands for the descriptors of the context and of the mount
     */
    static void add(CallSequence calls, PlannedMount mount, List<String> data, long attributes, int[] made) {
        int context = calls.fsopen(mount.type());
        made[0] = context;
        int dot = mount.type().indexOf('.');
        if (dot > 0) {
            calls.fsconfigString(context, "subtype", mount.type().substring(dot + 1));
        }
        if (!mount.source().isEmpty()) {
            calls.fsconfigString(context, "source", mount.source());
        }
        configure(calls, context, mount, data);
        calls.fsconfigCreate(context);
        made[1] = calls.fsmount(context, (int) attributes);
    }

    /** Flags of the superblock and data. */
    static void configure(Kernel kernel, int context, PlannedMount mount, List<String> data) {
        MountOptions options = mount.options();
        if (options.has(MS_RDONLY) && !mount.isReadOnlyLater()) {
            kernel.fsconfigFlag(context, "ro");
        }
        flag(kernel, context, options, MS_SYNCHRONOUS, "sync", "async");
        flag(kernel, context, options, MS_DIRSYNC, "dirsync", "");
        flag(kernel, context, options, MS_MANDLOCK, "mand", "nomand");
        flag(kernel, context, options, MS_LAZYTIME, "lazytime", "nolazytime");
        for (String word : data) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                kernel.fsconfigFlag(context, word);
            } else if (word.length() - equals > LONGEST && word.startsWith("lowerdir=")) {
                layers(kernel, context, word.substring(equals + 1));
            } else {
                kernel.fsconfigString(context, word.substring(0, equals), unquoted(word.substring(equals + 1)));
            }
        }
    }

    /** mount(2) takes quotes away, fsconfig(2) does not. */
    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static void flag(Kernel kernel, int context, MountOptions options, long flag, String set, String clear) {
        if (options.has(flag)) {
            kernel.fsconfigFlag(context, set);
        } else if ((options.cleared() & flag) != 0 && !clear.isEmpty()) {
            kernel.fsconfigFlag(context, clear);
        }
    }

    /** The layers of an overlay one by one (Linux 6.8); {@code ::} comes before layers with data only. */
    private static void layers(Kernel kernel, int context, String lowerdir) {
        String key = "lowerdir+";
        StringBuilder layer = new StringBuilder();
        for (int i = 0; i < lowerdir.length(); i++) {
            char c = lowerdir.charAt(i);
            if (c == '\\' && i + 1 < lowerdir.length()) {
                i++;
                layer.append(lowerdir.charAt(i));
            } else if (c != ':') {
                layer.append(c);
            } else {
                if (layer.isEmpty()) {
                    key = "datadir+";
                } else {
                    kernel.fsconfigString(context, key, layer.toString());
                }
                layer.setLength(0);
            }
        }
        kernel.fsconfigString(context, key, layer.toString());
    }

    /**
     * Whether only mount(2) can make this mount: fsconfig(2) has no way to say {@code silent} and {@code iversion},
     * and takes no string of 256 bytes or more; mount(2) takes 4095 for all of them.
     */
    static boolean needsMount2(PlannedMount mount, List<String> data) {
        if (mount.options().has(MS_SILENT | MS_I_VERSION)) {
            return true;
        }
        boolean tooLong = false;
        int total = 0;
        for (String word : data) {
            tooLong |= word.length() - word.indexOf('=') > LONGEST;
            total += word.length() + 1;
        }
        return tooLong && total <= PAGE;
    }

    /** The messages of a context, fsopen(2), "Message retrieval interface": lines like {@code e tmpfs: Bad value}. */
    private String log(int context) {
        List<String> lines = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                byte[] line = kernel.read(context, 1024);
                lines.add(new String(line, java.nio.charset.StandardCharsets.UTF_8).strip());
            }
        } catch (KernelException end) {
            // ENODATA: no more messages.
        }
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (!line.isEmpty()) {
                text.append(text.isEmpty() ? "" : "; ").append(line.length() > 2 ? line.substring(2) : line);
            }
        }
        return text.toString();
    }

    private String explain(PlannedMount mount, KernelException e, int context) {
        if (context < 0) {
            return e.is(Errno.ENODEV) ? "this kernel has no file system of type \"" + mount.type() + "\" ("
                    + mount.pointer() + "/type)" : "";
        }
        String log = log(context);
        String hint = "";
        if (!log.isEmpty()) {
            hint = log;
        } else if (e.is(Errno.EPERM) && mount.type().equals("proc")) {
            hint = "a new proc needs an own pid namespace, and a /proc on the host of which nothing is covered";
        } else if (e.is(Errno.EPERM) && mount.type().equals("sysfs")) {
            hint = "a new sysfs in a user namespace needs an own network namespace";
        } else if (e.is(Errno.EINVAL) && mount.type().equals("devpts")) {
            hint = "are all of " + mount.mount().options() + " right, and uid and gid mapped in the user namespace?";
        } else if (e.is(Errno.EINVAL)) {
            hint = "options are " + mount.mount().options();
        }
        return hint;
    }
}
