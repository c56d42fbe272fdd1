package org.jrunc.criu;

/**
 * The options of a request, {@code message criu_opts} of criu's {@code rpc.proto}. What is not set is criu's default.
 */
public final class CriuOptions {

    private static final int LOG_LEVEL = 4;

    private final Message message = new Message();

    /**
     * Options of which these hold for every request: tell when something happens, hand over the master of a terminal
     * that is outside.
     *
     * @param images  descriptor of the directory with the images, in the process that becomes criu
     * @param logFile name of the log in the working directory
     * @param root    root directory of the container
     */
    public CriuOptions(int images, String logFile, String root) {
        message.number(1, images).number(9, LOG_LEVEL).text(10, logFile).flag(12, true).text(13, root).flag(24, true)
                .flag(50, true);
    }

    /** Descriptor of the directory for the log and the statistics. */
    public CriuOptions workDirectory(int fd) {
        message.number(17, fd);
        return this;
    }

    /** The first process of what is to be saved. */
    public CriuOptions pid(int pid) {
        message.number(2, pid);
        return this;
    }

    public CriuOptions leaveRunning(boolean value) {
        message.flag(3, value);
        return this;
    }

    public CriuOptions extUnixSk(boolean value) {
        message.flag(4, value);
        return this;
    }

    public CriuOptions tcpEstablished(boolean value) {
        message.flag(5, value);
        return this;
    }

    public CriuOptions tcpSkipInFlight(boolean value) {
        message.flag(46, value);
        return this;
    }

    /** Opens a device by any path when its own is not there. */
    public CriuOptions evasiveDevices() {
        message.flag(6, true);
        return this;
    }

    public CriuOptions shellJob(boolean value) {
        message.flag(7, value);
        return this;
    }

    public CriuOptions fileLocks(boolean value) {
        message.flag(8, value);
        return this;
    }

    public CriuOptions linkRemap(boolean value) {
        message.flag(18, value);
        return this;
    }

    public CriuOptions autoDedup(boolean value) {
        message.flag(16, value);
        return this;
    }

    public CriuOptions lazyPages(boolean value) {
        message.flag(48, value);
        return this;
    }

    /** Where the memory goes instead of into the images. */
    public CriuOptions pageServer(String address, int port) {
        message.message(11, new Message().text(1, address).number(2, port));
        return this;
    }

    /** Images of an earlier dump, relative to the new ones; only memory that has changed since is saved. */
    public CriuOptions parentImages(String path) {
        message.text(14, path).flag(15, true);
        return this;
    }

    /** Says that a mount point leads outside, and under which name it is to be found when restoring. */
    public CriuOptions externalMount(String mountPoint, String name) {
        message.message(23, new Message().text(1, mountPoint).text(2, name));
        return this;
    }

    /** Names something else that is outside, such as {@code net[inode]:name}. */
    public CriuOptions external(String resource) {
        message.text(37, resource);
        return this;
    }

    /** Takes a descriptor of criu's own instead of something that was outside. */
    public CriuOptions inherit(String resource, int fd) {
        message.message(27, new Message().text(1, resource).number(2, fd));
        return this;
    }

    /** Makes the first process a sibling of criu: a child of whoever started it. */
    public CriuOptions sibling() {
        message.flag(26, true);
        return this;
    }

    /** Puts what was in a cgroup below another one; for one controller of v1, or all if that is empty. */
    public CriuOptions cgroupRoot(String controller, String path) {
        Message root = new Message();
        if (!controller.isEmpty()) {
            root.text(1, controller);
        }
        message.message(25, root.text(2, path));
        return this;
    }

    /** The cgroup to freeze, instead of stopping each process. */
    public CriuOptions freezeCgroup(String directory) {
        message.text(44, directory);
        return this;
    }

    /** What becomes of cgroups, {@code enum criu_cg_mode}. */
    public CriuOptions cgroupMode(int mode) {
        message.number(34, mode);
        return this;
    }

    /** {@code CLONE_NEW*} bits of namespaces whose content is not saved. */
    public CriuOptions emptyNamespaces(int bits) {
        message.number(38, bits & 0xffffffffL);
        return this;
    }

    /** A file of criu's own configuration, whose settings come first. */
    public CriuOptions configFile(String path) {
        message.text(51, path);
        return this;
    }

    /** {@code apparmor:NAME} or {@code selinux:LABEL}. */
    public CriuOptions lsmProfile(String profile) {
        message.text(53, profile);
        return this;
    }

    public CriuOptions lsmMountContext(String context) {
        message.text(63, context);
        return this;
    }

    Message message() {
        return message;
    }
}
