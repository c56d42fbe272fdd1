package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes the bash completion from the models of the commands. picocli has a writer of its own, but it wants models read
 * from annotations, knows no flags with one dash, and can not offer ids of containers.
 */
final class BashCompletion {

    /** What is offered for the value of a flag; for all others nothing is. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("root", "directory"), Map.entry("bundle", "directory"), Map.entry("image-path", "directory"),
            Map.entry("work-path", "directory"), Map.entry("parent-path", "directory"),
            Map.entry("log", "file"), Map.entry("config", "file"), Map.entry("console-socket", "file"),
            Map.entry("pidfd-socket", "file"), Map.entry("pid-file", "file"), Map.entry("process", "file"),
            Map.entry("resources", "file"),
            Map.entry("format", "table json"), Map.entry("log-format", "text json"),
            Map.entry("log-level", "error warning info debug"), Map.entry("rootless", "true false auto"),
            Map.entry("cgroup-manager", "cgroupfs systemd disabled"), Map.entry("empty-ns", "network"),
            Map.entry("manage-cgroups-mode", "soft full strict ignore"));

    /** The commands that make a container, and so take an id that nobody has yet. */
    private static final Set<String> NEW_IDS = Set.of("create", "run", "restore");

    private static final String NO_OFFER = "text";

    private static final String FUNCTION = """

            # Called by bash; the words are in COMP_WORDS, where --flag=value is three.
            _@() {
                local cur=${COMP_WORDS[COMP_CWORD]} command='' name='' kind='' positionals=0 payload='' words i
                local -a root=()
                COMPREPLY=()
                for (( i = 1; i < COMP_CWORD; i++ )); do
                    case $payload${COMP_WORDS[i]} in
                        --) [[ -z $command ]] || payload=/ ;;
                        -?*)
                            name=${COMP_WORDS[i]#-} name=${name#-}
                            kind=$(_@_kind "$command:$name")
                            [[ -n $kind ]] || continue
                            [[ ${COMP_WORDS[i + 1]} != = ]] || (( i++ ))
                            (( ++i < COMP_CWORD )) || { [[ $cur != = ]] || cur=''; _@_value; return; }
                            [[ $name != root ]] || root=(--root "${COMP_WORDS[i]}")
                            ;;
                        *)
                            if [[ -z $command ]]; then
                                command=${COMP_WORDS[i]}
                            else
                                (( ++positionals ))
                                # What follows the id belongs to the program.
                                case $command in @PAYLOAD@) payload=/ ;; esac
                            fi
                            ;;
                    esac
                done
                if [[ -z $payload && $cur == -* ]]; then
                    COMPREPLY=($(compgen -W "$(_@_flags "$command") $(_@_flags '')" -- "$cur"))
                elif [[ -z $command ]]; then
                    COMPREPLY=($(compgen -W '@COMMANDS@' -- "$cur"))
                else
                    case $command:$positionals in
                        help:0 | h:0) COMPREPLY=($(compgen -W '@COMMANDS@' -- "$cur")) ;;
                        completion:0) COMPREPLY=($(compgen -W bash -- "$cur")) ;;
                        kill:1) COMPREPLY=($(compgen -A signal -- "$cur")) ;;
                        @IDS@)
                            words=$("${COMP_WORDS[0]}" "${root[@]}" list -q 2>/dev/null)
                            COMPREPLY=($(compgen -W "$words" -- "$cur"))
                            ;;
                    esac
                fi
            }

            # Offers values of the given kind; as in all functions of bash, the caller's variables are there.
            _@_value() {
                case $kind in
                    directory) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
                    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
                    text) ;;
                    *) COMPREPLY=($(compgen -W "$kind" -- "$cur")) ;;
                esac
            }

            complete -F _@ @
            """;

    private final String program;

    /**
     * A completion.
     *
     * @param program name of the program, without a directory
     */
    BashCompletion(String program) {
        this.program = program;
    }

    /** The script. */
    String script() {
        StringBuilder flags = new StringBuilder();
        Map<String, List<String>> kinds = new TreeMap<>();
        List<String> names = new ArrayList<>();
        List<String> payload = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        add("", GlobalOptions.options(), flags, kinds);
        for (Command command : Commands.all()) {
            Options options = new Options();
            command.addOptions(options);
            add(command.name(), options, flags, kinds);
            names.add(command.name());
            if (command.stopsAtPositional()) {
                payload.add(command.name());
            }
            if (command.arguments().startsWith("<container-id>") && !NEW_IDS.contains(command.name())) {
                ids.add(command.name() + ":0");
            }
        }
        String script = "# bash completion for @, written by: @ completion bash\n\n"
                + "# The flags of a command, or the global ones.\n_@_flags() {\n    case $1 in\n" + flags
                + "    esac\n}\n\n# What the value of command:flag is; nothing is said of a flag without a value.\n"
                + "_@_kind() {\n    case $1 in\n" + kinds(kinds) + "    esac\n}\n"
                + FUNCTION.replace("@PAYLOAD@", String.join(" | ", payload))
                        .replace("@COMMANDS@", String.join(" ", names) + " help")
                        .replace("@IDS@", String.join(" | ", ids));
        return script.replace("[@]", "\0").replace("@", program).replace("\0", "[@]");
    }

    private static void add(String command, Options options, StringBuilder flags, Map<String, List<String>> kinds) {
        flags.append("        '").append(command).append("') echo '");
        String space = "";
        for (OptionSpec option : options.specs()) {
            String[] names = option.names();
            if (option.hidden() && option.arity().max() == 0) {
                continue;
            }
            for (int i = 0; i < names.length; i += 2) {
                String bare = names[i].substring(2);
                if (!option.hidden()) {
                    flags.append(space).append(bare.length() == 1 ? "-" : "--").append(bare);
                    space = " ";
                }
                if (option.arity().max() > 0) {
                    // Global flags may stand behind any command.
                    kinds.computeIfAbsent(kind(names), k -> new ArrayList<>())
                            .add(command.isEmpty() ? "*:" + bare : command + ":" + bare);
                }
            }
        }
        flags.append("' ;;\n");
    }

    private static String kind(String[] names) {
        return KINDS.getOrDefault(names[0].substring(2), NO_OFFER);
    }

    private static String kinds(Map<String, List<String>> kinds) {
        StringBuilder text = new StringBuilder();
        kinds.forEach((kind, flags) -> text.append("        ").append(String.join(" | ", flags))
                .append(") echo '").append(kind).append("' ;;\n"));
        return text.toString();
    }
}
