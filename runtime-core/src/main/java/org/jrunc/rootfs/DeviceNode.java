package org.jrunc.rootfs;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Device;

/**
 * A device node to be.
 *
 * @param pointer where in the configuration it is from
 * @param path    clean path in the container
 * @param type    {@code S_IF*}
 * @param number  device number, as {@link Stat#makedev} makes it
 * @param mode    permission bits
 * @param uid     owner inside, unsigned
 * @param gid     group inside, unsigned
 */
record DeviceNode(String pointer, String path, int type, long number, int mode, int uid, int gid) {

    private static final int READ_WRITE_ALL = 0666;

    /** The default devices (config-linux.md, Default Devices), and those of the configuration, which come first. */
    static List<DeviceNode> all(List<Device> devices) {
        List<DeviceNode> nodes = new ArrayList<>();
        int index = 0;
        for (Device device : devices) {
            if (!device.path().isEmpty()) {
                nodes.add(of("/linux/devices/" + index, device));
            }
            index++;
        }
        // In runc's order, which shows where they are mounts.
        addDefault(nodes, "/dev/null", 1, 3);
        addDefault(nodes, "/dev/random", 1, 8);
        addDefault(nodes, "/dev/full", 1, 7);
        addDefault(nodes, "/dev/tty", 5, 0);
        addDefault(nodes, "/dev/zero", 1, 5);
        addDefault(nodes, "/dev/urandom", 1, 9);
        return nodes;
    }

    private static void addDefault(List<DeviceNode> nodes, String path, int major, int minor) {
        for (DeviceNode node : nodes) {
            if (node.path.equals(path)) {
                return;
            }
        }
        nodes.add(new DeviceNode("default device", path, Stat.S_IFCHR, Stat.makedev(major, minor), READ_WRITE_ALL, 0,
                0));
    }

    private static DeviceNode of(String pointer, Device device) {
        if (!device.path().startsWith("/")) {
            throw new RuntimeFailure("invalid device (" + pointer + "/path): \"" + device.path()
                    + "\" is not an absolute path");
        }
        if (device.path().indexOf('\0') >= 0) {
            throw new RuntimeFailure("device field contains null byte (" + pointer + "/path)");
        }
        // The type bits that fileMode may have are the business of "type".
        int mode = device.fileMode().isPresent() ? (int) device.fileMode().getAsLong() & 07777 : READ_WRITE_ALL;
        return new DeviceNode(pointer, SafePath.clean(device.path()), type(pointer, device.type()),
                device.type().equals("p") ? 0 : Stat.makedev((int) device.major(), (int) device.minor()), mode,
                device.uid().isPresent() ? (int) device.uid().getAsLong() : 0,
                device.gid().isPresent() ? (int) device.gid().getAsLong() : 0);
    }

    private static int type(String pointer, String type) {
        switch (type) {
            case "c":
            case "u":
                return Stat.S_IFCHR;
            case "b":
                return Stat.S_IFBLK;
            case "p":
                return Stat.S_IFIFO;
            default:
                throw new RuntimeFailure("invalid device (" + pointer + "/type): \"" + type
                        + "\" is none of c, u, b, p");
        }
    }

    /** Its kind and numbers, for a message. */
    String describe() {
        if (type == Stat.S_IFIFO) {
            return "a FIFO";
        }
        return (type == Stat.S_IFCHR ? "a character device " : "a block device ") + numbers(number);
    }

    /** {@code major:minor}. */
    static String numbers(long device) {
        long major = device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
        long minor = device & 0xff | device >>> 12 & ~0xffL & 0xffffffffL;
        return major + ":" + minor;
    }

    /** Whether a file is this device. */
    boolean matches(Stat stat) {
        return stat.type() == type && (type == Stat.S_IFIFO || stat.rdev() == number);
    }
}
