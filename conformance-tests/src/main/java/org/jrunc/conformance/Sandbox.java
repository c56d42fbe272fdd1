package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The place of one test: a directory for its bundles, a state directory for its runtime, ids nobody else uses.
 */
public final class Sandbox {
    /** Every container id and directory of this test run begins with it, so that what is left over has an owner. */
    public static final String MARK = "jt" + ProcessHandle.current().pid() + "-";

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final Path BASE = base();
    private static final Rootfs ROOTFS = Rootfs.template(BASE);

    private final Path dir;
    private final Path root;
    private final OciRuntime runtime;
    private final Leftovers leftovers;

    /** A sandbox for the runtime under test. */
    public Sandbox() {
        this(OciRuntime.executableUnderTest());
    }

    /** A sandbox for any runtime. */
    public Sandbox(Path executable) {
        try {
            dir = Files.createDirectory(BASE.resolve("t" + COUNTER.incrementAndGet()));
            Path out = Files.createDirectory(dir.resolve("out"));
            root = dir.resolve("state");
            runtime = OciRuntime.of(executable, root, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        leftovers = Leftovers.snapshot(dir, root);
    }

    /** The directory of the test; everyone may look into it. */
    public Path dir() {
        return dir;
    }

    /** The runtime under test, with a state directory of its own. */
    public OciRuntime runtime() {
        return runtime;
    }

    /** Another runtime, with a state directory of its own. */
    public OciRuntime runtime(Path executable) {
        return OciRuntime.of(executable, dir.resolve("state-" + executable.getFileName()), runtime.scratch());
    }

    /** A fresh bundle. */
    public Bundle bundle() {
        return new Bundle(dir.resolve("bundle" + COUNTER.incrementAndGet()), ROOTFS);
    }

    /** A fresh id. */
    public String newId() {
        return MARK + COUNTER.incrementAndGet();
    }

    /** A fresh directory. */
    public Path newDirectory() {
        try {
            return Files.createDirectory(dir.resolve("dir" + COUNTER.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A container that does not exist yet, of the runtime under test. */
    public Container container(Bundle bundle) {
        return new Container(runtime, bundle, newId());
    }

    /** The same, but the runtime writes its log into a file: only there it puts warnings. */
    public Container loggedContainer(Bundle bundle) {
        return new Container(runtime.withGlobals("--log", log().toString()), bundle, newId());
    }

    /** The warnings in the log of {@link #loggedContainer}. */
    public List<String> warnings() {
        try {
            return Files.readAllLines(log()).stream().filter(l -> l.contains("level=warning")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log of {@link #loggedContainer}. */
    public Path log() {
        return dir.resolve("log");
    }

    /** Runs a bundle in the foreground. */
    public Result run(Bundle bundle) {
        return container(bundle).run();
    }

    /** Runs a script in a container of a fresh bundle, demands exit code 0, and gives what it wrote. */
    public String sh(String script) {
        return run(bundle().sh(script)).ok().out();
    }

    /** What the host had before the test. */
    public Leftovers leftovers() {
        return leftovers;
    }

    /** Removes the directory, unless something is still mounted in it. */
    public void remove() {
        String mounts = new Proc(ProcessHandle.current().pid()).file("mountinfo");
        if (!mounts.contains(" " + dir + "/")) {
            removeTree(dir);
        }
    }

    private static Path base() {
        try {
            Path base = Files.createTempDirectory(MARK);
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
            Home home = Home.enter();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                home.leave();
                removeTree(base);
            }));
            return base.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeTree(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println("could not remove " + tree + ": " + e);
        }
    }
}
