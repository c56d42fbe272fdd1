package org.jrunc.conformance.bench;

/** What a start of the JVM takes at the least: the measure of a cold command. */
final class Hello {
    private Hello() {
    }

    /** Says hello. */
    public static void main(String[] args) {
        System.out.println("Hello");
    }
}
