package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** Makes a container up to the state <i>created</i>. */
public final class Create {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Create(RuntimeContext context) {
        this.context = context;
    }

    /** Creates the container; returns when its init waits for {@code start}. */
    public void create(CreateRequest request) {
        throw new RuntimeFailure("not built yet " + context);
    }
}
