package org.jrunc.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A container of a runtime: its id and its bundle, and the commands on it.
 *
 * <p>To be closed by the test: that deletes it by force, whatever became of it, and demands that this works.
 */
public final class Container implements AutoCloseable {
    private final OciRuntime runtime;
    private final Bundle bundle;
    private final String id;
    private Result output;

    /** A container that does not exist yet. */
    public Container(OciRuntime runtime, Bundle bundle, String id) {
        this.runtime = runtime;
        this.bundle = bundle;
        this.id = id;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its bundle. */
    public Bundle bundle() {
        return bundle;
    }

    /** The runtime that runs it. */
    public OciRuntime runtime() {
        return runtime;
    }

    /** {@code create}, with further flags. */
    public Result create(String... flags) {
        output = invocation("create", flags).run();
        return output;
    }

    /** Foreground {@code run} up to the end of the container. */
    public Result run(String... flags) {
        output = invocation("run", flags).run();
        return output;
    }

    /** {@code run --detach}. */
    public Result runDetached(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--detach");
        return run(all.toArray(String[]::new));
    }

    /** {@code create} or {@code run}, about to be run; writes the configuration. */
    public Invocation invocation(String command, String... flags) {
        if (runtime.user() == null && bundle.config().at("/linux") instanceof ObjectNode linux) {
            String path = linux.path("cgroupsPath").asString("/" + id);
            boolean usual = path.equals("/" + id) || path.equals(id);
            linux.put("cgroupsPath", usual && runtime.bySystemd() ? ":jt:" + id : path);
        }
        bundle.save();
        List<String> words = new ArrayList<>(List.of(command, "--bundle", bundle.dir().toString()));
        words.addAll(List.of(flags));
        words.add(id);
        return runtime.command(words.toArray(String[]::new));
    }

    /** Creates and starts it, and demands that both work. */
    public Container started() {
        create().ok();
        start().ok();
        return this;
    }

    /** {@code start}. */
    public Result start() {
        return runtime.command("start", id).run();
    }

    /** {@code state}. */
    public Result state() {
        return runtime.command("state", id).run();
    }

    /** What {@code state} prints. */
    public JsonNode stateJson() {
        return Bundle.JSON.readTree(state().ok().out());
    }

    /** The status that {@code state} prints. */
    public String status() {
        return stateJson().path("status").asString();
    }

    /** The pid that {@code state} prints. */
    public Proc init() {
        return new Proc(stateJson().path("pid").asLong());
    }

    /** Waits until the container has stopped. */
    public Container awaitStopped() {
        Proc init = init();
        if (init.pid() != 0) {
            Poll.until("the init of " + id + " ends", () -> !init.alive());
        }
        Poll.until(id + " is stopped", () -> status().equals("stopped"));
        return this;
    }

    /** {@code kill} with a signal. */
    public Result kill(String signal) {
        return runtime.command("kill", id, signal).run();
    }

    /** {@code exec} of a program, to its end. */
    public Result exec(String... program) {
        return execWith(List.of(), program).run();
    }

    /** {@code exec} of a script by {@code /bin/sh}; demands exit code 0 and gives what it wrote. */
    public String execSh(String script) {
        return exec("/bin/sh", "-c", script).ok().out();
    }

    /** {@code exec} with flags, about to be run. */
    public Invocation execWith(List<String> flags, String... program) {
        List<String> words = new ArrayList<>(List.of("exec"));
        words.addAll(flags);
        words.add(id);
        words.addAll(List.of(program));
        return runtime.command(words.toArray(String[]::new));
    }

    /** {@code delete}, with further flags. */
    public Result delete(String... flags) {
        List<String> words = new ArrayList<>(List.of("delete"));
        words.addAll(List.of(flags));
        words.add(id);
        return runtime.command(words.toArray(String[]::new)).run();
    }

    /** What {@code create} or {@code run} and the container wrote to standard output up to now. */
    public String out() {
        return output.out();
    }

    /** What {@code create} or {@code run} and the container wrote to standard error up to now. */
    public String err() {
        return output.err();
    }

    /** Waits until the container has written a text to its standard output. */
    public Container awaitOut(String text) {
        Poll.until("the container says “" + text + "” " + output, () -> out().contains(text));
        return this;
    }

    /** Where the runtime keeps its state. */
    public Path stateDirectory() {
        return runtime.root().resolve(id);
    }

    @Override
    public void close() {
        delete("--force").ok();
    }
}
