package org.jrunc.kernel;

/** Requests of ioctl(2) on namespace files, {@code linux/nsfs.h} (ioctl_ns(2)). */
public final class NsFs {

    /** Answers with the {@code CLONE_NEW*} flag of the namespace. */
    public static final int NS_GET_NSTYPE = 0xb703;

    private NsFs() {
    }
}
