package org.jrunc.container;

/** Makes a container up to the state <i>created</i>. */
public final class Create {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Create(RuntimeContext context) {
        this.context = context;
    }

    /** Creates the container; returns when its init waits for {@code start}. */
    public void create(CreateRequest request) {
        new Creation(context, request, true).create().release(context);
    }
}
