package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount namespace with a {@code /run} of its own, for a server that serves nobody else, and clients that find no other
 * one. A process that sleeps keeps it. Whatever runs in it is started by a script, {@link #program}, that enters it.
 */
final class WarmPlace implements AutoCloseable {
    private final Sandbox box;
    private final Process holder;
    private final Path log;
    private final Path jrunc;
    private ServerProcess server;

    WarmPlace(Sandbox box) {
        this.box = box;
        this.log = box.newDirectory().resolve("serve.log");
        try {
            this.holder = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-ec",
                    "mount -t tmpfs -o mode=755 none /run; exec sleep 100000").redirectErrorStream(true)
                    .redirectOutput(box.dir().resolve("holder.out").toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Once: a file that was just written can not be executed while another thread forks (ETXTBSY).
        this.jrunc = program();
        Poll.until("the mount namespace is ready", () -> new Proc(holder.pid()).commandLine().startsWith("sleep"));
    }

    /** A path of this place as the rest of the machine sees it. */
    Path path(String path) {
        return Path.of("/proc/" + holder.pid() + "/root" + path);
    }

    Path socket() {
        return path("/run/jrunc/@warm/socket");
    }

    /** Words that run here. */
    String[] entering(String... words) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--"));
        all.addAll(List.of(words));
        return all.toArray(String[]::new);
    }

    /** A shell script that runs here. */
    String sh(String script) {
        return Shell.sh("nsenter --mount=/proc/" + holder.pid() + "/ns/mnt sh -ec '" + script + "'");
    }

    /** The image's {@code jrunc} as a script that runs it here, by way of other words: {@code setpriv …}. */
    Path program(String... by) {
        return program(OciRuntime.executableUnderTest(), by);
    }

    Path program(Path jrunc, String... by) {
        List<String> words = new ArrayList<>(List.of("exec", "nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt",
                "--wdns=\"$PWD\"", "--"));
        words.addAll(List.of(by));
        words.add(jrunc.toString());
        words.add("\"$@\"");
        try {
            Path script = box.newDirectory().resolve("jrunc");
            Files.writeString(script, "#!/bin/sh\n" + String.join(" ", words) + "\n");
            return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The runtime under test in this place, by way of other words. */
    OciRuntime runtime(String... by) {
        return box.runtime().withExecutable(program(by));
    }

    /** Starts a server here, also in the place of one that has ended. */
    ServerProcess serve(String... flags) {
        List<String> words = new ArrayList<>(List.of(jrunc.toString(), "--debug", "--log", log.toString(), "serve"));
        words.addAll(List.of(flags));
        server = ServerProcess.start(words, socket(), log);
        return server;
    }

    /** Ends the server, too. */
    @Override
    public void close() {
        if (server != null) {
            server.kill();
        }
        holder.destroyForcibly();
        Poll.within(Duration.ofSeconds(5), () -> !holder.isAlive());
    }
}
