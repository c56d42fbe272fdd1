package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;

/** The words of config.md, Linux mount options, and of mount(8), with their flags. */
final class MountWords {

    /** No such word. */
    static final long NONE = Long.MIN_VALUE;

    private MountWords() {
    }

    /** The {@code MS_*} flags a word sets, 0 if it sets none. */
    static long set(String word) {
        switch (word) {
            case "ro": return MS_RDONLY;
            case "nosuid": return MS_NOSUID;
            case "nodev": return MS_NODEV;
            case "noexec": return MS_NOEXEC;
            case "sync": return MS_SYNCHRONOUS;
            case "dirsync": return MS_DIRSYNC;
            case "remount": return MS_REMOUNT;
            case "mand": return MS_MANDLOCK;
            case "noatime": return MS_NOATIME;
            case "nodiratime": return MS_NODIRATIME;
            case "relatime": return MS_RELATIME;
            case "strictatime": return MS_STRICTATIME;
            case "nosymfollow": return MS_NOSYMFOLLOW;
            case "bind": return MS_BIND;
            case "rbind": return MS_BIND | MS_REC;
            case "silent": return MS_SILENT;
            case "iversion": return MS_I_VERSION;
            case "lazytime": return MS_LAZYTIME;
            default: return propagation(word);
        }
    }

    /** The {@code MS_*} flags of a propagation type, 0 if the word is none. */
    static long propagation(String word) {
        switch (word) {
            case "private": return MS_PRIVATE;
            case "shared": return MS_SHARED;
            case "slave": return MS_SLAVE;
            case "unbindable": return MS_UNBINDABLE;
            case "rprivate": return MS_PRIVATE | MS_REC;
            case "rshared": return MS_SHARED | MS_REC;
            case "rslave": return MS_SLAVE | MS_REC;
            case "runbindable": return MS_UNBINDABLE | MS_REC;
            default: return 0;
        }
    }

    /** The {@code MS_*} flags a word clears, 0 if it clears none. */
    static long clear(String word) {
        switch (word) {
            case "rw": return MS_RDONLY;
            case "suid": return MS_NOSUID;
            case "dev": return MS_NODEV;
            case "exec": return MS_NOEXEC;
            case "async": return MS_SYNCHRONOUS;
            case "nomand": return MS_MANDLOCK;
            case "atime": return MS_NOATIME;
            case "diratime": return MS_NODIRATIME;
            case "norelatime": return MS_RELATIME;
            case "nostrictatime": return MS_STRICTATIME;
            case "symfollow": return MS_NOSYMFOLLOW;
            case "loud": return MS_SILENT;
            case "noiversion": return MS_I_VERSION;
            case "nolazytime": return MS_LAZYTIME;
            default: return 0;
        }
    }

    /** The {@code MOUNT_ATTR_*} a word sets on a tree, its complement if the word clears it, or {@link #NONE}. */
    static long recursive(String word) {
        switch (word) {
            case "rro": return MOUNT_ATTR_RDONLY;
            case "rrw": return ~MOUNT_ATTR_RDONLY;
            case "rnosuid": return MOUNT_ATTR_NOSUID;
            case "rsuid": return ~MOUNT_ATTR_NOSUID;
            case "rnodev": return MOUNT_ATTR_NODEV;
            case "rdev": return ~MOUNT_ATTR_NODEV;
            case "rnoexec": return MOUNT_ATTR_NOEXEC;
            case "rexec": return ~MOUNT_ATTR_NOEXEC;
            case "rnodiratime": return MOUNT_ATTR_NODIRATIME;
            case "rdiratime": return ~MOUNT_ATTR_NODIRATIME;
            case "rrelatime": return MOUNT_ATTR_RELATIME;
            case "rnorelatime": return ~MOUNT_ATTR_RELATIME;
            case "rnoatime": return MOUNT_ATTR_NOATIME;
            case "ratime": return ~MOUNT_ATTR_NOATIME;
            case "rstrictatime": return MOUNT_ATTR_STRICTATIME;
            case "rnostrictatime": return ~MOUNT_ATTR_STRICTATIME;
            case "rnosymfollow": return MOUNT_ATTR_NOSYMFOLLOW;
            case "rsymfollow": return ~MOUNT_ATTR_NOSYMFOLLOW;
            default: return NONE;
        }
    }
}
