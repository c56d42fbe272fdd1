package org.jrunc.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.State;

/** Looks at containers without touching them. */
public final class Containers {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Containers(RuntimeContext context) {
        this.context = context;
    }

    /** The state of one container. */
    public State state(String id) {
        return Container.load(context, id).state();
    }

    /**
     * The states of all containers, sorted by id.
     *
     * @param broken is told about each state directory that can not be read: its id and why
     */
    public List<Listed> list(BiConsumer<String, String> broken) {
        StateStore store = new StateStore(context);
        Optional<String[]> ids = store.ids();
        if (ids.isEmpty()) {
            if (context.rootIsDefault()) {
                return List.of();
            }
            throw new RuntimeFailure("can not list " + context.root() + " (--root): it does not exist");
        }
        List<Listed> all = new ArrayList<>();
        for (String id : ids.get()) {
            try {
                store.find(id).flatMap(Container::of)
                        .ifPresent(container -> all.add(new Listed(container.state(), owner(container))));
            } catch (RuntimeException e) {
                // A container may vanish while it is looked at, and a file may be no container at all.
                if (store.mayBeDirectory(id)) {
                    broken.accept(id, e.getMessage());
                }
            }
        }
        return all;
    }

    private static String owner(Container container) {
        Path directory = container.directory().path().toPath();
        try {
            String owner = Files.getOwner(directory).getName();
            return owner.isEmpty() || Character.isDigit(owner.charAt(0)) ? "#" + owner : owner;
        } catch (IOException vanished) {
            return "";
        }
    }

    /**
     * One line of {@code list}.
     *
     * @param state the state
     * @param owner name of the user who owns the state directory, or {@code #uid}
     */
    public record Listed(State state, String owner) {
    }
}
