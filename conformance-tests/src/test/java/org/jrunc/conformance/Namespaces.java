package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What the tests of all namespace types have in common: joining one in every way there is. */
public final class Namespaces {
    private Namespaces() {
    }

    /** Name of a namespace type in {@code /proc/PID/ns}. */
    public static String file(String type) {
        return switch (type) {
            case "network" -> "net";
            case "mount" -> "mnt";
            default -> type;
        };
    }

    /** What the host's link says, e.g. {@code uts:[4026531838]}. */
    public static String ofHost(String type) {
        return of(ProcessHandle.current().pid(), type);
    }

    /** What the link of a process says. */
    public static String of(long pid, String type) {
        return new Proc(pid).link("ns/" + file(type)).orElseThrow();
    }

    /**
     * Joins the namespace of a running container by {@code /proc/PID/ns}, then by a file it is bind-mounted on, and
     * then, where the kernel lets it survive, by that file after the container is gone.
     *
     * @param survives whether the namespace can be joined when its last process is gone
     * @param own      changes to the bundle of the container whose namespace it is
     * @param prepare  what is done to that namespace from outside
     * @param joiner   changes to the bundles of those who join
     * @param probe    script whose output shows what is special about the namespace
     * @param expected that output
     */
    public static void assertJoinable(Sandbox box, String type, boolean survives, Consumer<Bundle> own,
            Consumer<Container> prepare, Consumer<Bundle> joiner, String probe, String expected) {
        String link = "readlink /proc/self/ns/" + file(type) + "; ";
        Path directory = box.newDirectory();
        Shell.sh("mount -t tmpfs none " + directory + " && mount --make-private " + directory);
        try {
            Path file = Files.createFile(directory.resolve("ns"));
            Bundle first = box.bundle().idle();
            own.accept(first);
            try (Container holder = box.container(first).started()) {
                prepare.accept(holder);
                long pid = holder.init().pid();
                String inode = of(pid, type);
                assertEquals(inode + "\n" + expected, joined(box, joiner, type, "/proc/" + pid + "/ns/" + file(type),
                        link + probe));
                Shell.sh("mount --bind /proc/" + pid + "/ns/" + file(type) + " " + file);
                assertEquals(inode + "\n" + expected, joined(box, joiner, type, file.toString(), link + probe));
                assertEquals("running", holder.status());
                holder.delete("--force").ok();
                if (survives) {
                    assertEquals(inode + "\n" + expected, joined(box, joiner, type, file.toString(), link + probe));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Shell.sh("umount -R " + directory);
        }
    }

    private static String joined(Sandbox box, Consumer<Bundle> joiner, String type, String path, String script) {
        Bundle bundle = box.bundle().sh(script).remove("/hostname").namespace(type, path);
        joiner.accept(bundle);
        return box.run(bundle).ok().out();
    }
}
