package org.jrunc.spec;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code config.json} and its parts into records. What is wrong in form (not JSON, a wrong type, a number out of
 * its range, an object of a list without a required property) is a {@link SpecException} with pointer, line and column.
 * What is wrong in meaning is for {@link SpecValidator}, also that a whole section is missing.
 *
 * <p>Unknown properties are ignored, as the specification demands (config.md, Extensibility). {@code null} is absent.
 * Unlike Go's reader this one matches the names of properties exactly, not in any case. A file of more than 16 MiB or
 * nested more than 100 deep is refused.
 */
public final class SpecReader {

    private SpecReader() {
    }

    /** Reads a {@code config.json}. */
    public static Spec read(Path file) {
        return read(content(file), name(file));
    }

    /** Reads a {@code config.json} that messages call {@code name}. */
    public static Spec read(byte[] json, String name) {
        LocatedJson document = LocatedJson.parse(json, name);
        if (document.isNull()) {
            throw new SpecException("", document.line(), document.column(), "config cannot be null");
        }
        return spec(document);
    }

    /** Reads the {@code process} of {@code exec --process}. */
    public static Process readProcess(Path file) {
        return readProcess(content(file), name(file));
    }

    /** Reads a {@code process} that messages call {@code name}. */
    public static Process readProcess(byte[] json, String name) {
        return ProcessMapper.process(LocatedJson.parse(json, name));
    }

    /** Reads the {@code linux.resources} of {@code update --resources}. */
    public static Resources readResources(Path file) {
        return readResources(content(file), name(file));
    }

    /** Reads a {@code linux.resources} that messages call {@code name}. */
    public static Resources readResources(byte[] json, String name) {
        return ResourcesMapper.resources(LocatedJson.parse(json, name));
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }

    /** What a file has, for who reads it and keeps it: it may be another one the next moment. */
    public static byte[] content(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return in.readNBytes(LocatedJsonParser.MAX_BYTES + 1);
        } catch (FileNotFoundException e) {
            throw new SpecException("", missing(file));
        } catch (IOException e) {
            throw new SpecException("", "cannot read JSON specification file " + file + ": " + e.getMessage());
        }
    }

    /**
     * Why a file could not be opened. Not in the JDK's words, which are those of strerror(3): engines would take them
     * for a statement about the container's program.
     */
    private static String missing(Path file) {
        if (file.toFile().isDirectory()) {
            return "cannot read JSON specification file " + file + ": it is a directory";
        }
        return file.toFile().exists() ? "cannot read JSON specification file " + file + ": access denied"
                : "JSON specification file " + name(file) + " not found: " + file;
    }

    private static Spec spec(LocatedJson json) {
        LocatedJson root = json.find("root");
        LocatedJson process = json.find("process");
        LocatedJson hooks = json.find("hooks");
        LocatedJson linux = json.find("linux");
        return new Spec(json.string("ociVersion"),
                root == null ? Optional.empty() : Optional.of(new Root(root.string("path"), root.bool("readonly"))),
                json.optionalString("hostname"),
                json.optionalString("domainname"),
                process == null ? Optional.empty() : Optional.of(ProcessMapper.process(process)),
                mounts(json),
                hooks == null ? Optional.empty() : Optional.of(hooks(hooks)),
                json.stringMap("annotations"),
                linux == null ? Optional.empty() : Optional.of(LinuxMapper.linux(linux)));
    }

    private static List<Mount> mounts(LocatedJson json) {
        List<Mount> mounts = new ArrayList<>();
        for (LocatedJson mount : json.elements("mounts")) {
            mounts.add(new Mount(mount.require("destination").string(),
                    mount.optionalString("type"),
                    mount.optionalString("source"),
                    mount.strings("options"),
                    LinuxMapper.idMappings(mount, "uidMappings"),
                    LinuxMapper.idMappings(mount, "gidMappings")));
        }
        return mounts;
    }

    private static Hooks hooks(LocatedJson json) {
        return new Hooks(hooks(json, HookKind.PRESTART), hooks(json, HookKind.CREATE_RUNTIME),
                hooks(json, HookKind.CREATE_CONTAINER), hooks(json, HookKind.START_CONTAINER),
                hooks(json, HookKind.POSTSTART), hooks(json, HookKind.POSTSTOP));
    }

    private static List<Hook> hooks(LocatedJson json, HookKind kind) {
        List<Hook> hooks = new ArrayList<>();
        for (LocatedJson hook : json.elements(kind.property())) {
            hooks.add(new Hook(hook.require("path").string(), hook.strings("args"), hook.optionalStrings("env"),
                    hook.optionalInt64("timeout")));
        }
        return hooks;
    }
}
