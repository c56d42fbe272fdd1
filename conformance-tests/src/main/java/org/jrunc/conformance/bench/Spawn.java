package org.jrunc.conformance.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commands started by posix_spawn(3) of this very process and awaited by waitpid(2). {@link ProcessBuilder} has a helper
 * process start them and a thread wait for them, which takes longer than some of the commands.
 *
 * <p>Input is {@code /dev/null}, so is output; errors go to a file. No descriptor of this process is inherited.
 */
final class Spawn {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SPAWN = function("posix_spawnp", "iaaaaaa");
    private static final MethodHandle WAIT = function("waitpid", "iiai");
    private static final MethodHandle KILL = function("kill", "iii");
    private static final MethodHandle ACTIONS_INIT = function("posix_spawn_file_actions_init", "ia");
    private static final MethodHandle ACTIONS_OPEN = function("posix_spawn_file_actions_addopen", "iaiaii");
    private static final MethodHandle ACTIONS_CLOSE_FROM = function("posix_spawn_file_actions_addclosefrom_np", "iai");
    private static final MethodHandle ACTIONS_DESTROY = function("posix_spawn_file_actions_destroy", "ia");
    private static final MethodHandle ATTRIBUTES_INIT = function("posix_spawnattr_init", "ia");
    private static final MethodHandle ATTRIBUTES_FLAGS = function("posix_spawnattr_setflags", "iai");
    private static final MethodHandle ATTRIBUTES_MASK = function("posix_spawnattr_setsigmask", "iaa");

    private static final int SIZE_OF_STRUCTS = 512; // posix_spawnattr_t has 336 bytes, the others are smaller
    private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final int O_WRONLY_CREAT_TRUNC = 01 | 0100 | 01000;
    private static final int O_RDWR = 02;
    private static final int EINTR_TRIES = 100;
    private static final int SIGKILL = 9;
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    private static final Map<Integer, Long> STARTED = new ConcurrentHashMap<>();

    static {
        Thread.ofPlatform().daemon().name("deadlines").start(Spawn::killTheLate);
    }

    private final Map<String, String> environment = new TreeMap<>(System.getenv());
    private final Path errors;

    /** Commands whose errors go to a file. */
    Spawn(Path errors) {
        this.errors = errors;
        environment.remove("JRUNC_WARM");
    }

    /** The same with another value of an environment variable. */
    Spawn with(String name, String value) {
        Spawn other = new Spawn(errors);
        other.environment.putAll(environment);
        other.environment.put(name, value);
        return other;
    }

    /**
     * Runs a command to its end.
     *
     * @return the nanoseconds from before its start until it was reaped
     * @throws BenchFailure if it ends with another code than 0, or not within a minute
     */
    long run(List<String> words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] arguments = prepare(arena, words);
            long start = System.nanoTime();
            int pid = start(words, arguments);
            STARTED.put(pid, start);
            int status = await(pid);
            long end = System.nanoTime();
            STARTED.remove(pid);
            if (status != 0) {
                throw new BenchFailure(String.join(" ", words) + ": wait status " + status + ": " + errorText());
            }
            return end - start;
        }
    }

    /** Starts a command that stays; its pid. */
    int start(List<String> words) {
        try (Arena arena = Arena.ofConfined()) {
            return start(words, prepare(arena, words));
        }
    }

    /** Waits for the end of a command that was started; its wait status. */
    static int await(int pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            for (int i = 0; i < EINTR_TRIES; i++) {
                if ((int) WAIT.invokeExact(pid, status, 0) == pid) {
                    return status.get(ValueLayout.JAVA_INT, 0);
                }
            }
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        throw new BenchFailure("waitpid of " + pid + " failed");
    }

    /** Sends a signal. */
    static void kill(int pid, int signal) {
        try {
            int ignored = (int) KILL.invokeExact(pid, signal);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** What the last command wrote to its errors. */
    String errorText() {
        try {
            return Files.readString(errors).strip();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int start(List<String> words, MemorySegment[] a) {
        try {
            int error = (int) SPAWN.invokeExact(a[0], a[1], a[2], a[3], a[4], a[5]);
            int ignored = (int) ACTIONS_DESTROY.invokeExact(a[2]);
            if (error != 0) {
                throw new BenchFailure("posix_spawn of " + words.getFirst() + ": errno " + error);
            }
            return a[0].get(ValueLayout.JAVA_INT, 0);
        } catch (BenchFailure e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** The arguments of posix_spawnp: pid, file, file actions, attributes, argv, envp. */
    private MemorySegment[] prepare(Arena arena, List<String> words) {
        MemorySegment actions = arena.allocate(SIZE_OF_STRUCTS, Long.BYTES);
        MemorySegment attributes = arena.allocate(SIZE_OF_STRUCTS, Long.BYTES);
        MemorySegment nothing = arena.allocateFrom("/dev/null");
        try {
            int failed = (int) ACTIONS_INIT.invokeExact(actions);
            failed |= (int) ACTIONS_OPEN.invokeExact(actions, 0, nothing, O_RDWR, 0);
            failed |= (int) ACTIONS_OPEN.invokeExact(actions, 1, nothing, O_RDWR, 0);
            failed |= (int) ACTIONS_OPEN.invokeExact(actions, 2, arena.allocateFrom(errors.toString()),
                    O_WRONLY_CREAT_TRUNC, 0600);
            failed |= (int) ACTIONS_CLOSE_FROM.invokeExact(actions, 3);
            failed |= (int) ATTRIBUTES_INIT.invokeExact(attributes);
            failed |= (int) ATTRIBUTES_MASK.invokeExact(attributes, arena.allocate(SIZE_OF_STRUCTS, Long.BYTES));
            failed |= (int) ATTRIBUTES_FLAGS.invokeExact(attributes, POSIX_SPAWN_SETSIGMASK);
            if (failed != 0) {
                throw new BenchFailure("posix_spawn can not be prepared: errno " + failed);
            }
        } catch (BenchFailure e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        List<String> variables = environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
        return new MemorySegment[] {arena.allocate(ValueLayout.JAVA_INT), arena.allocateFrom(words.getFirst()), actions,
                attributes, strings(arena, words), strings(arena, variables)};
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    /** A handle of a function of libc: {@code i} is an int, {@code a} an address, the first letter the result. */
    private static MethodHandle function(String name, String types) {
        ValueLayout[] layouts = types.chars().mapToObj(c -> c == 'i' ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS)
                .toArray(ValueLayout[]::new);
        FunctionDescriptor descriptor = FunctionDescriptor.of(layouts[0], List.of(layouts).subList(1, layouts.length)
                .toArray(ValueLayout[]::new));
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    private static void killTheLate() {
        try {
            while (true) {
                Thread.sleep(1000);
                long now = System.nanoTime();
                STARTED.forEach((pid, start) -> {
                    if (now - start > DEADLINE_NANOS) {
                        kill(pid, SIGKILL);
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
