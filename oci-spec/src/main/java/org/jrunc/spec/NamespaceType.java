package org.jrunc.spec;

/** The eight kinds of namespaces (config-linux.md, Namespaces; namespaces(7)). */
public enum NamespaceType {
    PID("pid"),
    NETWORK("network"),
    MOUNT("mount"),
    IPC("ipc"),
    UTS("uts"),
    USER("user"),
    CGROUP("cgroup"),
    TIME("time");

    private final String value;

    NamespaceType(String value) {
        this.value = value;
    }

    /** The value of the property {@code type}. Files in {@code /proc/PID/ns} partly have other names. */
    public String value() {
        return value;
    }
}
