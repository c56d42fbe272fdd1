package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shell of a container in a real terminal, by hand and through engines: size, interrupt, job control, a program that
 * takes the whole screen, and the terminal as before afterwards.
 */
@ExtendWith(NothingLeftExtension.class)
class RealTerminalTest {

    private static final String PATH = "PATH=/bin:/sbin:/usr/bin:/usr/sbin";

    /** Of the host; what is started in it ends with it, and what it writes to /run is nobody else's. */
    private static final String[] OWN_VIEW = {"unshare", "--mount", "--pid", "--fork", "--mount-proc", "--propagation",
        "private", "--kill-child", "sh", "-c", "mount -t tmpfs tmpfs /run && exec sh"};

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("tmux");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void byHand(String command, Sandbox box) throws IOException {
        Bundle bundle = box.bundle().args("sh").set("/process/terminal", command.equals("run"));
        try (Container container = box.container(command.equals("run") ? bundle : bundle.idle());
                Tmux terminal = new Tmux(box.dir(), box.runtime().scratch(), "sh")) {
            List<String> words = container.invocation("run").builder().command();
            if (command.equals("exec")) {
                container.started();
                words = container.execWith(List.of("-t"), "sh").builder().command();
            }
            useAndLeave(terminal, String.join(" ", words), box);
        }
    }

    /** An engine's {@code run} of a shell, or its {@code exec} of one in the container cc, which sleeps. */
    private static void through(String engine, String command, String flags, String remove, Tmux terminal, Sandbox box)
            throws IOException {
        if (command.equals("run")) {
            useAndLeave(terminal, engine + " run -it" + flags + " sh", box);
            return;
        }
        terminal.line(engine + " run -d" + flags + " sleep 1000; clear");
        useAndLeave(terminal, engine + " exec -it cc sh", box);
        terminal.line(engine + " " + remove + " cc; echo removed-$?");
        terminal.await("removed-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void throughPodman(String command, Sandbox box) throws IOException {
        Needs.tool("podman");
        Needs.tool("conmon");
        Path home = box.newDirectory();
        // A root file system in place of an image; limits that a machine without CAP_SYS_RESOURCE can have; see
        // docs/conformance.md.
        String podman = "podman --root " + home + "/root --runroot " + home + "/run --tmpdir " + home + "/tmp"
                + " --storage-driver vfs --cgroup-manager cgroupfs --events-backend none --runtime "
                + box.runtime().executable();
        String flags = " --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --cgroup-parent /"
                + parent(box) + " --name cc --rootfs " + box.bundle().save().rootfs();
        try (Tmux terminal = new Tmux(box.dir(), box.runtime().scratch(), OWN_VIEW)) {
            through(podman, command, flags, "rm -f -t 0", terminal, box);
        } finally {
            removeParent(box);
        }
    }

    @Test
    void throughContainerd(Sandbox box) throws IOException {
        Needs.tool("containerd");
        Needs.tool("ctr");
        Path home = box.newDirectory();
        try (Tmux terminal = new Tmux(box.dir(), box.runtime().scratch(), OWN_VIEW)) {
            String ctr = "ctr -a " + containerd(terminal, home);
            String run = ctr + " run --rootfs --env " + PATH + " --cgroup /" + parent(box) + "/c --runc-binary "
                    + box.runtime().executable();
            String rootfs = " " + box.bundle().save().rootfs() + " c ";
            useAndLeave(terminal, run + " --rm -t" + rootfs + "sh", box);
        } finally {
            removeParent(box);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void throughDocker(String command, Sandbox box) throws IOException {
        Needs.tool("dockerd");
        Needs.tool("docker");
        Needs.tool("containerd");
        Path home = box.newDirectory();
        try (Tmux terminal = new Tmux(box.dir(), box.runtime().scratch(), OWN_VIEW)) {
            String socket = containerd(terminal, home);
            terminal.line("dockerd --containerd " + socket + " --data-root " + home + "/data --exec-root " + home
                    + "/exec --pidfile " + home + "/pid -H unix://" + home + "/d.sock --bridge none --iptables=false"
                    + " --ip6tables=false --storage-driver vfs --exec-opt native.cgroupdriver=cgroupfs --add-runtime"
                    + " jrunc=" + box.runtime().executable() + " > " + home + "/dockerd.log 2>&1 & clear");
            String docker = "docker -H unix://" + home + "/d.sock";
            terminal.line("until " + docker + " info > /dev/null 2>&1; do sleep 0.2; done; tar -C "
                    + box.bundle().save().rootfs() + " -c . | " + docker + " import - image && echo imported");
            terminal.await("imported");
            String flags = " --rm --runtime jrunc --network none --cgroup-parent /" + parent(box) + " --name cc image";
            through(docker, command, flags, "rm -f", terminal, box);
        } finally {
            removeParent(box);
        }
    }

    @Test
    void commandsAreCompletedByTheTabulator(Sandbox box) throws IOException {
        Needs.tool("bash");
        Path script = box.dir().resolve("completion");
        Files.writeString(script, box.runtime().command("completion", "bash").run().ok().out());
        try (Tmux terminal = new Tmux(box.dir(), box.runtime().scratch(), "bash", "--norc", "--noprofile")) {
            terminal.line("PS1='> '; PATH=" + box.runtime().executable().getParent() + ":$PATH; . " + script
                    + "; clear");
            terminal.awaitLast(">");
            terminal.text("jrunc check");
            terminal.key("Tab");
            terminal.text("--leave");
            terminal.key("Tab");
            terminal.await("> jrunc checkpoint --leave-running");
        }
    }

    /** Starts a containerd in the terminal's view of the machine; gives its socket. */
    private static String containerd(Tmux terminal, Path home) throws IOException {
        Path config = Files.writeString(home.resolve("containerd.toml"), """
                version = 2
                root = "@/root"
                state = "@/state"
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                [grpc]
                  address = "@/c.sock"
                """.replace("@", home.toString()));
        String socket = home + "/c.sock";
        terminal.line("containerd -c " + config + " > " + home + "/containerd.log 2>&1 & until ctr -a " + socket
                + " version > /dev/null 2>&1; do sleep 0.2; done; clear; echo ready");
        terminal.await("ready");
        return socket;
    }

    private static String parent(Sandbox box) {
        return Sandbox.MARK + box.dir().getFileName();
    }

    /** Engines leave the cgroup that they were told to make containers in. */
    private static void removeParent(Sandbox box) {
        for (Path hierarchy : Leftovers.cgroupMounts()) {
            String parent = hierarchy + "/" + parent(box);
            Shell.attempt("i=0; while [ -e " + parent + " ] && [ $i -lt 100 ]; do find " + parent
                    + " -depth -type d -exec rmdir {} +; sleep 0.1; i=$((i+1)); done");
        }
    }

    /** Begins with a shell of the host, ends there, and is in the container's meanwhile. */
    private static void useAndLeave(Tmux terminal, String command, Sandbox box) throws IOException {
        Path before = box.dir().resolve("before");
        Path after = box.dir().resolve("after");
        terminal.line("PS1='host> '; clear; stty -g > " + before + "; " + command);
        inside(terminal, "echo $((6 * 7))-inside");
        terminal.await("42-inside");

        size(terminal, "30x100");
        terminal.resize(120, 40);
        size(terminal, "40x120");

        sleep(terminal, 700001);
        terminal.key("C-c");
        inside(terminal, "echo interrupted-$?");
        terminal.await("interrupted-130");

        sleep(terminal, 700002);
        terminal.key("C-z");
        terminal.await(".*Stopped.*sleep 700002");
        inside(terminal, "jobs | grep -c 700002 | sed s/^/stopped-/");
        terminal.await("stopped-1");
        inside(terminal, "fg");
        terminal.await("sleep 700002");
        terminal.key("C-c");
        inside(terminal, "echo continued-$?");
        terminal.await("continued-130");

        inside(terminal, "vi /dev/shm/note");
        terminal.await("~");
        terminal.text("iwritten in vi");
        terminal.await("written in vi");
        terminal.key("Escape");
        // With more keys right behind it, it would begin the code of another key.
        terminal.await("- /dev/shm/note.*");
        terminal.line(":wq");
        inside(terminal, "echo it was $(cat /dev/shm/note)");
        terminal.await("it was written in vi");

        inside(terminal, "exit 7");
        terminal.awaitLast("host>");
        terminal.line("echo status-$?; stty -g > " + after);
        terminal.await("status-7");
        Poll.until("the settings are written", () -> Files.exists(after));
        terminal.line("clear");
        terminal.awaitLast("host>");
        assertEquals(Files.readString(before), Files.readString(after));
    }

    /** A line for the container's shell: not before it prompts, for as that comes typed keys may be lost. */
    private static void inside(Tmux terminal, String line) {
        terminal.awaitLast("/ #");
        terminal.text(line);
        // So that the next one does not take this prompt for its own.
        terminal.awaitLast("/ # " + line);
        terminal.key("Enter");
    }

    /** Asks as long as it takes: an engine hands a change of size on when it gets round to it. */
    private static void size(Tmux terminal, String expected) {
        boolean came = Poll.within(Duration.ofSeconds(30), () -> {
            inside(terminal, "stty size | sed 's/ /x/'");
            terminal.awaitLast("/ #");
            return terminal.screen().lines().anyMatch(expected::equals);
        });
        if (!came) {
            throw new AssertionError("the size is not " + expected + ":\n" + terminal.screen());
        }
    }

    /** Starts a program in the foreground, and waits until it is there: keys that come before are the shell's. */
    private static void sleep(Tmux terminal, int seconds) {
        inside(terminal, "sleep " + seconds);
        Poll.until("sleep " + seconds + " runs:\n" + terminal.screen(), () -> Proc.all().stream()
                .anyMatch(process -> process.commandLine().equals("sleep " + seconds)));
    }
}
