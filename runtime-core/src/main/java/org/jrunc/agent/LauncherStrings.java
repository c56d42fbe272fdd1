package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop over a NULL-terminated vector of strings, argv or environ, that goes elsewhere for those that begin with
 * certain texts.
 *
 * <p>A record compares up to 8 bytes. The first it loads is not that of the string but the one before, which is always
 * 0: the end of the string before, as the kernel lays them out. So no word that is compared can differ from the
 * constant by {@link Record#NEVER}, whatever the string is, and be compared for ever. What lies behind a string is
 * readable: the strings are followed by the program's path and 8 zero bytes.
 */
final class LauncherStrings {

    /** How many bytes of a string are in the first word. */
    private static final int FIRST = 7;

    private final ElfImage image;
    private final Step element;
    private final Step beginning;
    private final Step advance;
    private final long word;
    /** What is to be linked to the next comparison. */
    private final List<Step> mismatches = new ArrayList<>();

    /** The loop; without any comparison it comes to its end. */
    LauncherStrings(ElfImage image) {
        this.image = image;
        this.word = image.wordBehindZeroes();
        this.element = image.step();
        this.beginning = image.step();
        this.advance = image.step();
        element.move(0, -1).storeAt(beginning.argument(0)).onPositive(beginning);
        beginning.move(0, 0).storeAt(word).never(1);
        mismatches.add(beginning);
        advance.move(element.argument(0), Long.BYTES).storeAt(element.argument(0)).then(element);
    }

    /** What the vector's address is to be stored to, before {@link #first()} is run. */
    long vector() {
        return element.argument(0);
    }

    /** Less one it is the address of the current string. */
    long stringLessOne() {
        return beginning.argument(0);
    }

    /** Where it starts. */
    Step first() {
        return element;
    }

    /** Goes on with the next string. */
    Step advance() {
        return advance;
    }

    /** Where to go at the end of the vector. */
    void onEnd(Step next) {
        element.onNegative(next);
    }

    /** Where to go for a string that is this one. */
    void onText(String text, Step next) {
        onBeginning(text + "\0", next);
    }

    /** Where to go for a string that begins with this. */
    void onBeginning(String text, Step next) {
        byte[] bytes = ("\0" + text).getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(bytes.length, 1 + FIRST);
        Step step = image.step().never(1);
        step.move(word - (Long.BYTES - length), -constant(bytes, length));
        mismatches.forEach(mismatch -> mismatch.then(step));
        mismatches.clear();
        mismatches.add(step);
        Step last = step;
        for (int end = length; end < bytes.length; last = mismatches.getLast()) {
            // At least one byte of what is known to be equal: see above.
            end = Math.min(end + FIRST, bytes.length);
            Step address = image.step().move(stringLessOne(), end - Long.BYTES);
            Step compare = image.step().never(1).move(0, -constant(bytes, end));
            address.storeAt(compare.argument(0)).then(compare);
            last.onZero(address);
            mismatches.add(compare);
        }
        last.onZero(next);
    }

    /** Where to go for all other strings. */
    void otherwise(Step next) {
        mismatches.forEach(mismatch -> mismatch.then(next));
    }

    /** The eight bytes before an index; zeroes where there are none. */
    private static long constant(byte[] bytes, int end) {
        byte[] window = new byte[Long.BYTES];
        int count = Math.min(end, Long.BYTES);
        System.arraycopy(bytes, end - count, window, Long.BYTES - count, count);
        return ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
