package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Syscall;

/**
 * The launcher's way into the JVM of the image: {@code execve} of {@code java} beside it. The vectors of arguments and
 * environment are changed in place, on the stack, where they are as large as the caller made them.
 */
final class LauncherCold {

    private static final String JAVA = "/java";
    /** A word's length: behind it the cache's name is at an aligned address. */
    private static final String LIBRARY = "/../lib/";
    private static final String SELF = "/proc/self/exe";
    private static final String LOCALE = "LC_ALL=C.UTF-8";
    private static final String CACHE_OPTION = "-XX:AOTCache=";
    private static final List<String> MAIN = List.of("-m", "org.jrunc.cli/org.jrunc.cli.Main");
    private static final int PATH_MAX = 4096;
    /** {@code TASK_COMM_LEN}: what PR_GET_NAME writes. */
    private static final int NAME_LENGTH = 16;

    private final ElfImage image;
    private final LauncherFailure failure;
    private final List<LauncherImage.Group> groups;
    private final Map<String, Long> texts = new HashMap<>();
    /** First the working directory, then the launcher's own path, behind eight zeroes. */
    private final long path;
    /** What lies behind the image's bin directory: the paths are read so that they end here. */
    private final long javaEnd;
    private final long cacheEnd;
    /** Length of the path of the bin directory. */
    private final long length;
    /** Address of the first pointer in argv behind the program's name. */
    private final long arguments;
    private final long programName;
    /** Addresses of the JVM's path and of the option that names the cache. */
    private final long java;
    private final long cacheOption;
    /** Address of the constant part of the JVM's command line, and how many bytes of it come before the arguments. */
    private final long options;
    private final long optionsSize;
    /** Address of the JVM's command line. */
    private final long commandLine;

    LauncherCold(ElfImage image, LauncherFailure failure, List<LauncherImage.Group> groups) {
        this.image = image;
        this.failure = failure;
        this.groups = groups;
        image.zeroes(Long.BYTES);
        this.path = image.zeroes(PATH_MAX + Long.BYTES);
        image.zeroes(PATH_MAX);
        this.javaEnd = image.zeroes(Long.BYTES);
        image.zeroes(PATH_MAX + NAME_LENGTH);
        this.cacheEnd = image.zeroes(4 * Long.BYTES);
        this.length = image.space().word();
        this.arguments = image.space().word();
        this.programName = pointer("jrunc");
        this.java = image.space().word();
        this.cacheOption = image.space().word();
        this.options = image.space().word();
        this.optionsSize = image.space().word();
        this.commandLine = image.space().word();
    }

    /**
     * The program.
     *
     * @param stackPointer word with the initial stack pointer
     * @param environment  word with the address of environ
     */
    Step program(long stackPointer, long environment) {
        Step execute = execute(environment);
        Step variables = variables(environment, execute);
        Step group = group(commandLine(variables));
        Step home = home(arguments(stackPointer, group));
        return directory(home);
    }

    /** No JVM starts in a directory that is deleted, or out of sight: then its path does not begin with a slash. */
    private Step directory(Step next) {
        Step root = image.step().call(image.abi(), Syscall.CHDIR, Arg.text("/")).then(next);
        LauncherCode code = new LauncherCode(image);
        code.call(Syscall.GETCWD, Arg.of(path), Arg.of(PATH_MAX)).onNegative(root);
        code.expect(path - 7, (long) '/' << 56, root).never(1);
        return code.end(next);
    }

    /** Finds the length of the path of the launcher's directory, and makes the paths of what is in the image. */
    private Step home(Step next) {
        long slash = image.space().word();
        long character = image.wordBehindZeroes();
        LauncherCode found = new LauncherCode(image);
        found.copy(slash, -path, length);
        found.set(javaEnd, word(JAVA));
        found.subtract(javaEnd, length, java);
        readlink(found, java);
        // The one pair of calls that writes a constant text to any address. What comes next overwrites the end of the
        // 16 bytes.
        found.subtract(cacheEnd - CACHE_OPTION.length(), length, cacheOption);
        found.call(Syscall.PRCTL, Arg.of(Prctl.PR_SET_NAME), Arg.text(CACHE_OPTION));
        found.call(1, cacheOption, Syscall.PRCTL, Arg.of(Prctl.PR_GET_NAME), Arg.of(0));
        found.set(cacheEnd, word(LIBRARY));
        found.subtract(cacheEnd, length, slash);
        readlink(found, slash);

        LauncherCode loop = new LauncherCode(image);
        Step back = loop.copy(slash, -1, slash);
        loop.load(slash, 0, character);
        loop.expect(character - 7, (long) '/' << 56, back).never(1);
        loop.end(found.end(next));

        LauncherCode begin = new LauncherCode(image);
        Step whole = begin.call(Syscall.READLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(SELF), Arg.of(path),
                Arg.of(PATH_MAX));
        whole.onNegative(failure.of(whole, "find its own directory, readlink " + SELF));
        begin.copy(whole.resultWord(), path, slash);
        return begin.end(back);
    }

    /** Reads the path of the directory; where that is the root there is nothing to read, and that fails. */
    private void readlink(LauncherCode code, long buffer) {
        Step size = code.copy(length, 0, 0);
        Step call = code.call(2, buffer, Syscall.READLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(SELF), Arg.of(0),
                Arg.of(0));
        size.storeAt(call.argument(3));
    }

    private Step arguments(long stackPointer, Step next) {
        LauncherCode none = new LauncherCode(image);
        none.copy(stackPointer, Long.BYTES, arguments);
        LauncherCode code = new LauncherCode(image);
        code.load(stackPointer, 0, image.space().word()).onZero(none.end(next));
        code.load(stackPointer, Long.BYTES, programName);
        code.copy(stackPointer, 2 * Long.BYTES, arguments);
        return code.end(next);
    }

    /**
     * The first word that is a command decides. Should it be an option's value instead, the start is slower, and that
     * is all.
     */
    private Step group(Step next) {
        LauncherStrings words = new LauncherStrings(image);
        LauncherCode begin = new LauncherCode(image);
        begin.copy(arguments, 0, words.vector());
        for (int i = 0; i < groups.size(); i++) {
            Step chosen = chosen(groups.get(i), next);
            if (i == 0) {
                words.onEnd(chosen);
            }
            for (String command : groups.get(i).commands()) {
                words.onText(command, chosen);
            }
        }
        words.otherwise(words.advance());
        return begin.end(words.first());
    }

    private Step chosen(LauncherImage.Group group, Step next) {
        List<String> constant = new ArrayList<>(group.options());
        constant.addAll(MAIN);
        LauncherCode code = new LauncherCode(image);
        code.set(options, vector(constant));
        code.set(optionsSize, (2L + constant.size()) * Long.BYTES);
        code.set(cacheEnd + 8, word(group.cache().substring(0, 8)));
        code.set(cacheEnd + 16, word(group.cache().substring(8)));
        return code.end(next);
    }

    /** Puts the JVM's options before the caller's arguments: below them is unused stack. */
    private Step commandLine(Step next) {
        LauncherCode loop = new LauncherCode(image);
        Step element = loop.copy(0, 0, 0).onZero(next);
        loop.copy(element.argument(0), Long.BYTES, element.argument(0));
        loop.copy(element.target(), Long.BYTES, element.target());
        loop.end(element);
        LauncherCode code = new LauncherCode(image);
        code.difference(arguments, optionsSize, commandLine);
        code.store(commandLine, 0, programName);
        code.store(commandLine, Long.BYTES, cacheOption);
        code.copy(commandLine, 2 * Long.BYTES, element.target());
        code.copy(options, 0, element.argument(0));
        return code.end(element);
    }

    /**
     * Paths and arguments are UTF-8, also in the empty environment that engines call with. The caller's own LC_ALL
     * loses its name, {@code =value}: no variable is called that, and Main knows what it is.
     */
    private Step variables(long environment, Step next) {
        LauncherStrings variables = new LauncherStrings(image);
        LauncherCode keep = new LauncherCode(image);
        Step kept = keep.copy(variables.stringLessOne(), 1, 0);
        keep.copy(kept.target(), Long.BYTES, kept.target());
        keep.end(variables.advance());
        LauncherCode rename = new LauncherCode(image);
        rename.copy(variables.stringLessOne(), LOCALE.indexOf('='), variables.stringLessOne());
        for (String name : DroppedVariables.BEGINNINGS) {
            variables.onBeginning(name, variables.advance());
        }
        variables.onBeginning(LOCALE.substring(0, LOCALE.indexOf('=') + 1), rename.end(kept));
        variables.otherwise(kept);
        LauncherCode end = new LauncherCode(image);
        // Should nothing have been dropped, the last NULL overwrites the type of the first auxiliary value: that vector
        // is for the C library, which is not here.
        end.store(kept.target(), 0, pointer(LOCALE));
        end.store(kept.target(), Long.BYTES, image.space().word());
        variables.onEnd(end.end(next));
        LauncherCode begin = new LauncherCode(image);
        begin.copy(environment, 0, variables.vector(), kept.target());
        return begin.end(variables.first());
    }

    private Step execute(long environment) {
        LauncherCode code = new LauncherCode(image);
        Step vector = code.copy(commandLine, 0, 0);
        Step variables = code.copy(environment, 0, 0);
        Step execve = code.call(0, java, Syscall.EXECVE, Arg.of(0), Arg.of(0), Arg.of(0));
        vector.storeAt(execve.argument(1));
        variables.storeAt(execve.argument(2));
        return code.end(failure.of(execve, "execute the runtime's JVM, java beside this program"));
    }

    private long vector(List<String> strings) {
        long vector = image.space().allocate((strings.size() + 1L) * Long.BYTES);
        for (int i = 0; i < strings.size(); i++) {
            image.space().set(vector + (long) i * Long.BYTES, text(strings.get(i)));
        }
        image.space().set(vector + (long) strings.size() * Long.BYTES, 0);
        return vector;
    }

    /** A word with the address of a text. */
    private long pointer(String text) {
        long word = image.space().word();
        image.space().set(word, text(text));
        return word;
    }

    private long text(String text) {
        return texts.computeIfAbsent(text, t -> Arg.text(t).place(image.space()));
    }

    private static long word(String text) {
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), Long.BYTES);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
