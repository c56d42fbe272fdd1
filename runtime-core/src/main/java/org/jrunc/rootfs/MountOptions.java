package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of one mount, sorted by what has to be done with them (config.md, Linux mount options; mount(8)). Later
 * words win over earlier ones. Words that are none of the vocabulary are the file system's own and are kept as data.
 */
final class MountOptions {

    /** Flags that belong to the mount point and not to the file system. */
    static final long PER_MOUNT = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | MS_NOATIME
            | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;
    /** Flags of access times. */
    static final long ATIME = MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;
    private static final long PROPAGATION = MS_PRIVATE | MS_SHARED | MS_SLAVE | MS_UNBINDABLE;

    private long set;
    private long cleared;
    private long recursiveSet;
    private long recursiveCleared;
    private final List<Long> propagation = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private boolean copyUp;
    private boolean idMap;
    private boolean recursiveIdMap;

    /** Sorts a list of words. */
    static MountOptions parse(List<String> words) {
        MountOptions options = new MountOptions();
        for (String word : words) {
            options.add(word);
        }
        return options;
    }

    private void add(String word) {
        long flag = MountWords.set(word);
        if (flag != 0 && (flag & PROPAGATION) != 0) {
            propagation.add(flag);
            return;
        }
        if (flag != 0) {
            set |= flag;
            cleared &= ~flag;
            return;
        }
        flag = MountWords.clear(word);
        if (flag != 0) {
            cleared |= flag;
            set &= ~flag;
            return;
        }
        addOther(word);
    }

    private void addOther(String word) {
        switch (word) {
            case "defaults":
            case "":
                break;
            case "tmpcopyup":
                copyUp = true;
                break;
            case "idmap":
                idMap = true;
                break;
            case "ridmap":
                idMap = true;
                recursiveIdMap = true;
                break;
            default:
                if (!addRecursive(word)) {
                    addData(word);
                }
        }
    }

    /** With mount(2) a word may hold several options; commas in quotes, as in SELinux labels, are part of a value. */
    private void addData(String word) {
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted && (i == 0 || word.charAt(i - 1) != '\\')) {
                data.add(word.substring(start, i));
                start = i + 1;
            }
        }
        data.add(word.substring(start));
    }

    /**
     * The words that apply to a whole tree. mount_setattr(2) takes a change of the access time setting only with all
     * of {@code MOUNT_ATTR__ATIME} in {@code attr_clr}.
     */
    private boolean addRecursive(String word) {
        long attribute = MountWords.recursive(word);
        if (attribute == MountWords.NONE) {
            return false;
        }
        boolean clear = attribute < 0;
        attribute = clear ? ~attribute : attribute;
        if (attribute == MOUNT_ATTR_NODIRATIME || (attribute & ~MOUNT_ATTR__ATIME) != 0) {
            recursiveSet = clear ? recursiveSet & ~attribute : recursiveSet | attribute;
            recursiveCleared = clear ? recursiveCleared | attribute : recursiveCleared & ~attribute;
        } else if (!clear || attribute != MOUNT_ATTR_RELATIME) {
            recursiveSet = recursiveSet & ~MOUNT_ATTR__ATIME | (clear ? MOUNT_ATTR_RELATIME : attribute);
            recursiveCleared |= MOUNT_ATTR__ATIME;
        }
        return true;
    }

    /** {@code MS_*} flags that were asked for, without propagation. */
    long flags() {
        return set;
    }

    /** {@code MS_*} flags that were asked not to be. */
    long cleared() {
        return cleared;
    }

    /** Whether a flag was asked for. */
    boolean has(long flag) {
        return (set & flag) != 0;
    }

    /** {@code bind} or {@code rbind}. */
    boolean bind() {
        return has(MS_BIND);
    }

    /** {@code rbind}. */
    boolean recursive() {
        return has(MS_REC);
    }

    /** Changes of the propagation type, in order, with {@code MS_REC}. */
    List<Long> propagation() {
        return propagation;
    }

    /** {@code MOUNT_ATTR_*} for a new mount. */
    long attributes() {
        return attributes(set);
    }

    /** {@code MOUNT_ATTR_*} to set on the whole tree. */
    long recursiveSet() {
        return recursiveSet;
    }

    /** {@code MOUNT_ATTR_*} to clear on the whole tree. */
    long recursiveCleared() {
        return recursiveCleared;
    }

    /** Words for the file system. */
    List<String> data() {
        return data;
    }

    /** {@code tmpcopyup}. */
    boolean copyUp() {
        return copyUp;
    }

    /** {@code idmap} or {@code ridmap}. */
    boolean idMap() {
        return idMap;
    }

    /** {@code ridmap}. */
    boolean recursiveIdMap() {
        return recursiveIdMap;
    }

    /** Whether an attribute of the mount point itself was asked for or against. */
    boolean changesMount() {
        return ((set | cleared) & PER_MOUNT) != 0;
    }

    /** Whether the access time setting was asked for or against. */
    boolean changesAtime() {
        return (set & (MS_NOATIME | MS_RELATIME | MS_STRICTATIME)) != 0 || (cleared & MS_NOATIME) != 0;
    }

    /** {@code MS_*} flags as {@code MOUNT_ATTR_*}; like mount(2), strict access times win, and relative is default. */
    static long attributes(long flags) {
        long attributes = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
        if ((flags & MS_NOSYMFOLLOW) != 0) {
            attributes |= MOUNT_ATTR_NOSYMFOLLOW;
        }
        if ((flags & MS_NODIRATIME) != 0) {
            attributes |= MOUNT_ATTR_NODIRATIME;
        }
        if ((flags & MS_STRICTATIME) != 0) {
            attributes |= MOUNT_ATTR_STRICTATIME;
        } else if ((flags & MS_NOATIME) != 0) {
            attributes |= MOUNT_ATTR_NOATIME;
        }
        return attributes;
    }
}
