package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Mount;

/**
 * One entry of {@code mounts}, checked.
 *
 * @param pointer     JSON pointer of the entry, or of what asked for the mount
 * @param type        file system type, empty for a bind mount that names none
 * @param source      as given, or for a bind mount an absolute path on the host
 * @param destination absolute path in the container, as given
 * @param options     its options
 * @param mount       the entry itself
 */
record PlannedMount(String pointer, String type, String source, String destination, MountOptions options,
        Mount mount) {

    /** Checks an entry. */
    static PlannedMount of(int index, Mount mount, String bundle, boolean userNamespace) {
        String pointer = "/mounts/" + index;
        String type = mount.type().isPresent() ? mount.type().get() : "";
        String source = mount.source().isPresent() ? mount.source().get() : "";
        noNul(pointer + "/destination", mount.destination());
        noNul(pointer + "/type", type);
        noNul(pointer + "/source", source);
        for (String option : mount.options()) {
            noNul(pointer + "/options", option);
        }
        List<String> words = mount.options();
        if (type.equals("bind") && !words.contains("bind") && !words.contains("rbind")) {
            // The options decide, but crun and youki take the type as well, and nobody means anything else by it.
            words = new ArrayList<>(words);
            words.addFirst("bind");
        }
        MountOptions options = MountOptions.parse(words);
        String destination = mount.destination().startsWith("/") ? mount.destination() : '/' + mount.destination();
        if (options.bind() && !source.startsWith("/")) {
            source = source.isEmpty() ? source : bundle + '/' + source;
        }
        PlannedMount planned = new PlannedMount(pointer, type, source, destination, options, mount);
        planned.check(userNamespace);
        return planned;
    }

    private void check(boolean userNamespace) {
        if (mount.destination().isEmpty()) {
            throw new RuntimeFailure("invalid mount (" + pointer + "/destination): destination is empty");
        }
        if (options.bind() && !options.data().isEmpty()) {
            throw new RuntimeFailure("invalid mount (" + pointer
                    + "/options): bind mounts cannot have any filesystem-specific options applied, got \""
                    + options.data().getFirst() + "\" for " + destination);
        }
        if (!options.bind() && type.isEmpty() && !options.has(MS_REMOUNT)) {
            throw new RuntimeFailure("invalid mount (" + pointer + "): \"type\" is missing, and options have neither "
                    + "\"bind\" nor \"rbind\"");
        }
        if (options.bind() && source.isEmpty() && !options.has(MS_REMOUNT)) {
            throw new RuntimeFailure("invalid mount (" + pointer + "/source): a bind mount needs a source");
        }
        if (options.copyUp() && !type.equals("tmpfs")) {
            throw new RuntimeFailure("invalid mount (" + pointer + "/options): tmpcopyup is for tmpfs only, type is \""
                    + type + '"');
        }
        if (isIdMapped()) {
            checkIdMapping(userNamespace);
        }
    }

    private void checkIdMapping(boolean userNamespace) {
        if (!options.bind()) {
            throw new RuntimeFailure("invalid mount (" + pointer
                    + "): id-mapped mounts are only supported for bind-mounts");
        }
        boolean uids = !mount.uidMappings().isEmpty();
        boolean gids = !mount.gidMappings().isEmpty();
        if (uids != gids) {
            throw new RuntimeFailure("invalid mount (" + pointer + "): both uidMappings and gidMappings must be set "
                    + "for id-mapped mounts, or neither; " + (uids ? "gidMappings" : "uidMappings") + " is missing");
        }
        if (!uids && !userNamespace) {
            throw new RuntimeFailure("invalid mount (" + pointer + "/options): id-mapped mounts without uidMappings "
                    + "and gidMappings take those of the container's user namespace, and it has none");
        }
    }

    /** Whether file owners are mapped. */
    boolean isIdMapped() {
        return options.idMap() || !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty();
    }

    /**
     * Whether it stays writable until everything is set up: mount points and device nodes are made in a tmpfs, and in
     * whatever is on {@code /dev}.
     */
    boolean isReadOnlyLater() {
        return options.has(MS_RDONLY) && !options.bind()
                && (type.equals("tmpfs") || SafePath.clean(destination).equals("/dev"));
    }

    /** The same with another type, source or destination: what stands in for a mount that is more than one. */
    PlannedMount with(String newType, String newSource, String newDestination, MountOptions newOptions) {
        return new PlannedMount(pointer, newType, newSource, newDestination, newOptions, mount);
    }

    private static void noNul(String pointer, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new RuntimeFailure("mount field contains null byte (" + pointer + ')');
        }
    }
}
