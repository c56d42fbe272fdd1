package org.jrunc.criu;

/** What criu is asked for, {@code enum criu_req_type}. */
public enum RequestType {
    DUMP(1),
    RESTORE(2),
    /** Memory only, the processes run on. */
    PRE_DUMP(13);

    private final int number;

    RequestType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
