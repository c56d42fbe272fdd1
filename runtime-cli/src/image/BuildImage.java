import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes the runtime image: jlink, launcher, AOT cache. Run from source by Maven with the JDK that it found
 * (runtime-cli/pom.xml).
 */
final class BuildImage {

    private static final String MODULE = "org.jrunc.cli";
    private static final String WRITER = "org.jrunc.core/org.jrunc.agent.WriteLauncher";
    /**
     * The caches: one for every command, and smaller ones. All classes of a cache are set up at each start, whether they
     * are used or not, so one of its own makes a command faster: by a sixth those that need no FFM and read no bundle,
     * by a twentieth those that make containers. The launcher knows which commands each is for.
     */
    private static final String CACHE = "lib/jrunc.aot";
    private static final String CREATE_CACHE = "lib/jrunc-create.aot";
    private static final String SMALL_CACHE = "lib/jrunc-small.aot";
    private static final int TRAINING_SECONDS = 300;
    /** How the training marks a command that has ended otherwise than it should. */
    private static final String UNEXPECTED = " (unexpected)";
    private static final String FILTER = """
            "seccomp": {
              "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
              "syscalls": [
                { "names": ["close", "execve", "pause", "ppoll", "read", "write"], "action": "SCMP_ACT_ALLOW" },
                { "names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97,
                  "args": [{ "index": 0, "value": 16, "op": "SCMP_CMP_EQ" }] }
              ]
            },""";

    private final Path sources;
    private final Path image;
    private final Path work;

    private BuildImage(Path sources, Path target) {
        this.sources = sources;
        this.image = target.resolve("jrunc");
        this.work = target.resolve("image-work");
    }

    /**
     * Builds.
     *
     * @param args directory of this file and its companions; directory to build in; jar of the main module; class path
     *             of what it depends on
     */
    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args[2]);
        List<Path> jars = new ArrayList<>(List.of(jar));
        for (String entry : args[3].split(":")) {
            if (entry.endsWith(".jar") && !jars.contains(Path.of(entry))) {
                jars.add(Path.of(entry));
            }
        }
        BuildImage build = new BuildImage(Path.of(args[0]), Path.of(args[1]));
        build.link(jars);
        build.addLauncher();
        build.addCaches();
        build.addCompletion();
    }

    private void link(List<Path> jars) throws IOException, InterruptedException {
        delete(image);
        delete(work);
        Path modules = Files.createDirectories(work.resolve("modules"));
        for (Path jar : jars) {
            ModernizeJar.copy(jar, modules.resolve(jar.getFileName()));
        }
        run("jlink", "--module-path", modules.toString(), "--add-modules", MODULE, "--output", image.toString(),
                "--strip-debug", "--no-header-files", "--no-man-pages", "--compress", "zip-0",
                "--release-info", "add:JRUNC_COMMIT=\"" + commit() + "\"");
        Files.deleteIfExists(image.resolve("bin/keytool"));
        addMethodHandles();
    }

    /**
     * Names the shapes of method handles that a downcall is made of. When the JVM makes an AOT cache it generates the
     * code for shapes that the JDK's class list names, and forgets those that it saw in the training.
     */
    private void addMethodHandles() throws IOException {
        StringBuilder shapes = new StringBuilder();
        for (String line : lines("method-handles.list")) {
            shapes.append("@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.").append(line).append('\n');
        }
        Files.writeString(image.resolve("lib/classlist"), shapes, StandardOpenOption.APPEND);
    }

    /** What git says is built, for {@code --version}. */
    private String commit() throws IOException, InterruptedException {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
                    .directory(sources.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 && !commit.isEmpty() ? commit : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Written by a class of the image itself. */
    private void addLauncher() throws Exception {
        List<String> command = new ArrayList<>(List.of(image.resolve("bin/java").toString(), "-m", WRITER,
                image.resolve("bin/jrunc").toString(), digest(), sources.resolve("launcher.list").toString()));
        command.addAll(options());
        if (!end(new ProcessBuilder(command).inheritIO())) {
            throw new IOException("the launcher was not written");
        }
    }

    /** Of the code and the options: what a launcher and a warm brain must have in common to talk to each other. */
    private String digest() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Files.readAllBytes(image.resolve("lib/modules")));
        for (String file : List.of("jvm.options", "launcher.list")) {
            digest.update(Files.readAllBytes(sources.resolve(file)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void addCaches() throws IOException, InterruptedException {
        Path bundle = TrainingBundle.make(work.resolve("bundle"), image.resolve("bin/jrunc"), "");
        for (String another : List.of("-detached", "-foreground", "-filter", "-filter-again")) {
            // Each with a cgroup of its own.
            TrainingBundle.make(work.resolve("bundle" + another), image.resolve("bin/jrunc"),
                    another.startsWith("-filter") ? FILTER : "");
        }
        Files.createDirectories(work.resolve("empty"));
        String commands = Files.readString(sources.resolve("training.list"));
        String containers = Files.readString(sources.resolve("training-containers.list"));
        if (!train(CACHE, commands + containers, bundle)) {
            System.err.println("WARNING: the AOT cache is made without training by real containers");
            if (!train(CACHE, commands, bundle)) {
                throw new IOException("the AOT cache was not made");
            }
        }
        String creates = Files.readString(sources.resolve("training-create.list"));
        if (!train(CREATE_CACHE, creates, bundle)) {
            Files.copy(image.resolve(CACHE), image.resolve(CREATE_CACHE), StandardCopyOption.REPLACE_EXISTING);
        }
        // Not by the training itself: its classes would be in the cache.
        jrunc("create", "--bundle", bundle.toString(), "trained");
        if (!train(SMALL_CACHE, Files.readString(sources.resolve("training-small.list")), bundle)) {
            throw new IOException("the small AOT cache was not made");
        }
        System.out.println("runtime image " + image + ", AOT caches of " + kilobytes(CACHE) + ", "
                + kilobytes(CREATE_CACHE) + " and " + kilobytes(SMALL_CACHE) + " KB, training logs in " + work);
    }

    private long kilobytes(String cache) throws IOException {
        return Files.size(image.resolve(cache)) / 1024;
    }

    /** One JVM runs the training commands and leaves a cache of what it loaded when it ends. */
    private boolean train(String name, String commands, Path bundle) throws IOException, InterruptedException {
        // Each cache is to know how a filter is compiled, too.
        delete(root().resolve("@seccomp"));
        Path cache = image.resolve(name);
        Path list = Files.writeString(work.resolve("training.list"), commands);
        List<String> command = new ArrayList<>(List.of(image.resolve("bin/java").toString(),
                "-XX:AOTCacheOutput=" + cache));
        command.addAll(options());
        command.addAll(List.of("-Djrunc.cache=" + root(), "-m", MODULE + "/" + MODULE + ".Training", list.toString(),
                "{root}", root().toString(), "{work}", work.resolve("empty").toString(),
                "{bundle}", bundle.toString()));
        Path log = work.resolve(cache.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        boolean ended = end(builder);
        deleteContainers();
        long unexpected = Files.readString(log).lines().filter(line -> line.endsWith(UNEXPECTED)).count();
        if (unexpected > 0) {
            System.err.println("WARNING: " + unexpected + " commands of the training have not ended as they should, so"
                    + " what they need is not in " + cache.getFileName() + ": " + log);
        }
        if (ended && Files.exists(cache)) {
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
            return true;
        }
        System.err.println(Files.readString(log));
        return false;
    }

    /** Returns whether the process has ended well, and in time. */
    private static boolean end(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            System.err.println(builder.command().getFirst() + " hung for " + TRAINING_SECONDS + " s");
            return false;
        }
        if (process.exitValue() != 0) {
            System.err.println(builder.command().getFirst() + " exited with " + process.exitValue());
        }
        return process.exitValue() == 0;
    }

    /** Where bash looks for it, below the prefix that the image is installed to. */
    private void addCompletion() throws IOException, InterruptedException {
        Path directory = Files.createDirectories(image.resolve("share/bash-completion/completions"));
        if (!end(new ProcessBuilder(image.resolve("bin/jrunc").toString(), "completion", "bash")
                .redirectOutput(directory.resolve("jrunc").toFile()))) {
            throw new IOException("the completion was not made");
        }
    }

    private void jrunc(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(image.resolve("bin/jrunc").toString(), "--root",
                root().toString()));
        command.addAll(List.of(arguments));
        Path nowhere = Path.of("/dev/null");
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(nowhere.toFile())
                .redirectOutput(nowhere.toFile());
        builder.environment().put("JRUNC_WARM", "off");
        end(builder);
    }

    private Path root() {
        return work.resolve("root");
    }

    /** Leaves no container of the training behind, whatever became of it. */
    private void deleteContainers() throws IOException, InterruptedException {
        if (!Files.isDirectory(root())) {
            return;
        }
        try (DirectoryStream<Path> containers = Files.newDirectoryStream(root())) {
            for (Path container : containers) {
                if (!container.getFileName().toString().startsWith("@")) {
                    jrunc("delete", "--force", container.getFileName().toString());
                }
            }
        }
    }

    private List<String> options() throws IOException {
        return lines("jvm.options");
    }

    private List<String> lines(String file) throws IOException {
        try (Stream<String> lines = Files.lines(sources.resolve(file))) {
            return lines.map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        }
    }

    private static void run(String tool, String... arguments) throws IOException {
        int status = ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments);
        if (status != 0) {
            throw new IOException(tool + " failed with " + status);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
