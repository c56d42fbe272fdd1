package org.jrunc.report;
/** temp. */
public final class T {
    private static long[] t = new long[200]; private static String[] n = new String[200]; private static int c;
    private T() { }
    /** temp. */
    public static synchronized void mark(String s) { t[c] = System.nanoTime(); n[c++] = s; }
    /** temp. */
    public static void dump() {
        long start = Long.getLong("t0", t[0]);
        StringBuilder b = new StringBuilder(); long p = start;
        for (int i = 0; i < c; i++) { b.append((t[i] - start) / 1000).append(" +").append((t[i] - p) / 1000).append(' ').append(n[i]).append('\n'); p = t[i]; }
        System.err.print(b);
    }
}
