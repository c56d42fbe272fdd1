package org.jrunc.kernel;

/** Operations of keyctl(2), {@code linux/keyctl.h}. */
public final class Keyctl {

    public static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    public static final int KEYCTL_SETPERM = 5;
    public static final int KEYCTL_DESCRIBE = 6;

    /** {@code KEY_OTH_SEARCH}: anyone may search the key, keyrings(7). */
    public static final int KEY_OTH_SEARCH = 0x8;
    /** {@code KEY_USR_SEARCH}: the owner may search the key. */
    public static final int KEY_USR_SEARCH = 0x80000;

    private Keyctl() {
    }
}
