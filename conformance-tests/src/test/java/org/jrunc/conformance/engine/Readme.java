package org.jrunc.conformance.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What README.md tells users of an engine to do, word by word: the part that begins with the engine's name in bold. */
public final class Readme {
    private static final Path FILE = Path.of(System.getProperty("basedir", "."), "../README.md");
    private static final Pattern CONFIGURATION = Pattern.compile("`(/etc/[^`]+)`");
    private static final Pattern BLOCK = Pattern.compile("```(?:toml|json)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BY_HAND = Pattern.compile("^By hand: `([^`]+)`", Pattern.MULTILINE);

    private final String part;

    private Readme(String part) {
        this.part = part;
    }

    /** The part about an engine. */
    public static Readme about(String engine) {
        try {
            String text = Files.readString(FILE);
            int from = text.indexOf("\n**" + engine + "**");
            if (from < 0) {
                throw new AssertionError("README.md has no part that begins with **" + engine + "**");
            }
            Matcher end = Pattern.compile("^(\\*\\*|## )", Pattern.MULTILINE).matcher(text);
            return new Readme(text.substring(from, end.find(from + 3) ? end.start() : text.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file below /etc that the engine is configured by: the first one that is named. */
    public String configurationFile() {
        return only(CONFIGURATION);
    }

    /** The first block of configuration. */
    public String configuration() {
        return only(BLOCK);
    }

    /** The commands to try it with. */
    public List<String> byHand() {
        List<String> commands = BY_HAND.matcher(part).results().map(m -> m.group(1)).toList();
        if (commands.isEmpty()) {
            throw new AssertionError("no line that begins with `By hand:` in " + part);
        }
        return commands;
    }

    private String only(Pattern pattern) {
        Matcher matcher = pattern.matcher(part);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + part);
        }
        return matcher.group(1);
    }
}
