package org.jrunc.kernel;

import static org.jrunc.kernel.Arg.none;
import static org.jrunc.kernel.Arg.of;
import static org.jrunc.kernel.Arg.text;

/** System calls on mounts: mount(2) and its relatives, and the descriptor-based ones of Linux 5.2 and later. */
public interface MountCalls extends SystemCalls {

    /** mount(2); {@code source}, {@code type} and {@code data} may be empty for none. */
    default void mount(String source, String target, String type, long flags, String data) {
        call(Syscall.MOUNT, orNone(source), text(target), orNone(type), of(flags), orNone(data));
    }

    /** umount2(2). */
    default void umount2(String target, int flags) {
        call(Syscall.UMOUNT2, text(target), of(flags));
    }

    /** pivot_root(2). */
    default void pivotRoot(String newRoot, String putOld) {
        call(Syscall.PIVOT_ROOT, text(newRoot), text(putOld));
    }

    /** open_tree(2). */
    default int openTree(int dirfd, String path, int flags) {
        return (int) call(Syscall.OPEN_TREE, of(dirfd), text(path), of(flags & 0xffffffffL));
    }

    /** move_mount(2): returns 0. */
    default int moveMount(int fromFd, String from, int toFd, String to, int flags) {
        return (int) call(Syscall.MOVE_MOUNT, of(fromFd), text(from), of(toFd), text(to), of(flags));
    }

    /** fsopen(2): a context for a new file system, close-on-exec. */
    default int fsopen(String type) {
        return (int) call(Syscall.FSOPEN, text(type), of(1));
    }

    /** fsconfig(2), {@code FSCONFIG_SET_STRING}. */
    default void fsconfigString(int context, String key, String value) {
        call(Syscall.FSCONFIG, of(context), of(1), text(key), text(value), of(0));
    }

    /** fsconfig(2), {@code FSCONFIG_SET_FLAG}. */
    default void fsconfigFlag(int context, String key) {
        call(Syscall.FSCONFIG, of(context), of(0), text(key), none(), of(0));
    }

    /** fsconfig(2), {@code FSCONFIG_CMD_CREATE}. */
    default void fsconfigCreate(int context) {
        call(Syscall.FSCONFIG, of(context), of(6), none(), none(), of(0));
    }

    /** fsmount(2): a detached mount of the context, close-on-exec; {@code attributes} are {@code MOUNT_ATTR_*}. */
    default int fsmount(int context, int attributes) {
        return (int) call(Syscall.FSMOUNT, of(context), of(1), of(attributes));
    }

    /**
     * mount_setattr(2): returns 0.
     *
     * @param flags       {@code AT_EMPTY_PATH}, {@code AT_RECURSIVE}, …
     * @param set         {@code MOUNT_ATTR_*} bits to set
     * @param clear       {@code MOUNT_ATTR_*} bits to clear
     * @param propagation {@code MS_SHARED} and the like, or 0 to leave it
     * @param userNs      descriptor of the user namespace for {@code MOUNT_ATTR_IDMAP}
     */
    default int mountSetattr(int dirfd, String path, int flags, long set, long clear, long propagation, int userNs) {
        Block attributes = Block.in(32).u64(0, set).u64(8, clear).u64(16, propagation).u64(24, userNs);
        return (int) check(invoke(Syscall.MOUNT_SETATTR, of(dirfd), text(path), of(flags), attributes, of(32)),
                Syscall.MOUNT_SETATTR, of(dirfd), text(path), of(flags), of(set), of(clear), of(propagation));
    }

    /** fspick(2): a context for changing the file system that a descriptor's mount shows, close-on-exec. */
    default int fspick(int mountFd) {
        return (int) call(Syscall.FSPICK, of(mountFd), text(""), of(1 | 8));
    }

    /** fsconfig(2), {@code FSCONFIG_CMD_RECONFIGURE}. */
    default void fsconfigReconfigure(int context) {
        call(Syscall.FSCONFIG, of(context), of(7), none(), none(), of(0));
    }

    private static Arg orNone(String text) {
        return text.isEmpty() ? none() : text(text);
    }
}
