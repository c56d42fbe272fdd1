package org.jrunc.spec;

import java.util.List;

/**
 * Commands that run at points of the life cycle (config.md, POSIX-platform Hooks). See {@link HookKind} for when.
 *
 * @param prestart        {@link HookKind#PRESTART}
 * @param createRuntime   {@link HookKind#CREATE_RUNTIME}
 * @param createContainer {@link HookKind#CREATE_CONTAINER}
 * @param startContainer  {@link HookKind#START_CONTAINER}
 * @param poststart       {@link HookKind#POSTSTART}
 * @param poststop        {@link HookKind#POSTSTOP}
 */
public record Hooks(List<Hook> prestart, List<Hook> createRuntime, List<Hook> createContainer,
        List<Hook> startContainer, List<Hook> poststart, List<Hook> poststop) {

    public Hooks {
        prestart = List.copyOf(prestart);
        createRuntime = List.copyOf(createRuntime);
        createContainer = List.copyOf(createContainer);
        startContainer = List.copyOf(startContainer);
        poststart = List.copyOf(poststart);
        poststop = List.copyOf(poststop);
    }

    /** The hooks of one kind in the order in which they run. */
    public List<Hook> of(HookKind kind) {
        return switch (kind) {
            case PRESTART -> prestart;
            case CREATE_RUNTIME -> createRuntime;
            case CREATE_CONTAINER -> createContainer;
            case START_CONTAINER -> startContainer;
            case POSTSTART -> poststart;
            case POSTSTOP -> poststop;
        };
    }
}
