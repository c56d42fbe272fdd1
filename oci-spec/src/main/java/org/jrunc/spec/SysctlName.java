package org.jrunc.spec;

/**
 * Names of kernel parameters (config-linux.md, Sysctl; sysctl(8)). There are two spellings, and the first separator
 * decides which one a name is in: {@code net.ipv4.conf.eth0/100.forwarding} with a slash for a dot inside a component,
 * or {@code net/ipv4/conf/eth0.100/forwarding}.
 */
public final class SysctlName {

    private SysctlName() {
    }

    /** The name in the spelling with dots. */
    public static String dotted(String name) {
        return isSlashed(name) ? swapped(name) : name;
    }

    /** The file below {@code /proc/sys}. Look at {@link #isSafe} first. */
    public static String path(String name) {
        return isSlashed(name) ? name : swapped(name);
    }

    /** Whether the path names something below {@code /proc/sys}: no empty component, no {@code .} and no {@code ..}. */
    public static boolean isSafe(String name) {
        String path = path(name);
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String component = path.substring(start, end);
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                return false;
            }
            start = end + 1;
        }
        return path.indexOf(0) < 0;
    }

    private static boolean isSlashed(String name) {
        int slash = name.indexOf('/');
        int dot = name.indexOf('.');
        return slash >= 0 && (dot < 0 || slash < dot);
    }

    private static String swapped(String name) {
        return name.replace('/', '\0').replace('.', '/').replace('\0', '.');
    }
}
