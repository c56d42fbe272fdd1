package org.jrunc.agent;

import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Syscall;

/**
 * A piece of the launcher's program: system calls, and what is computed between them, each in one or two records.
 * Variables are 8-byte words, named by their address.
 */
final class LauncherCode {

    private final Chain chain;
    /** A comparison whose "equal" is the next record. */
    private Step comparison;

    LauncherCode(ElfImage image) {
        this.chain = new Chain(image.abi(), image.space());
    }

    /** A system call. */
    Step call(Syscall call, Arg... arguments) {
        return next(chain.add(call, arguments));
    }

    /** A system call, one of whose arguments is a variable. */
    Step call(int index, long variable, Syscall call, Arg... arguments) {
        Step operand = move(variable, 0);
        Step step = call(call, arguments);
        operand.storeAt(step.argument(index));
        return step;
    }

    /** {@code word = value}. */
    Step set(long word, long value) {
        Step step = move(0, value).storeAt(word);
        // What the value is added to is an argument that a move does not have, and so 0.
        return step.move(step.argument(5), value);
    }

    /** {@code words = [from] + plus}. */
    Step copy(long from, long plus, long... words) {
        Step step = null;
        for (long word : words) {
            step = move(from, plus).storeAt(word);
        }
        return step;
    }

    /** {@code word = value - [minus]}. */
    void subtract(long value, long minus, long word) {
        Step operand = move(minus, 0);
        operand.storeAt(set(word, value).argument(2));
    }

    /** {@code word = [from] - [minus]}. */
    void difference(long from, long minus, long word) {
        Step operand = move(minus, 0);
        operand.storeAt(copy(from, 0, word).argument(2));
    }

    /** {@code word = [word] + [other]}. */
    void add(long word, long other) {
        Step operand = move(other, 0);
        operand.storeAt(move(word, 0).storeAt(word).argument(1));
    }

    /** {@code word = [word] * 2^times}. */
    void twice(long word, int times) {
        for (int i = 0; i < times; i++) {
            add(word, word);
        }
    }

    /** {@code word = [[pointer] + offset]}. */
    Step load(long pointer, long offset, long word) {
        Step address = move(pointer, offset);
        Step step = move(0, 0).storeAt(word);
        address.storeAt(step.argument(0));
        return step;
    }

    /** {@code [[pointer] + offset] = [from]}. */
    void store(long pointer, long offset, long from) {
        Step address = move(pointer, offset);
        address.storeAt(move(from, 0).target());
    }

    /** Goes on when the word at an address is the given one, else elsewhere. */
    Step expect(long from, long value, Step otherwise) {
        Step step = move(from, -value).then(otherwise);
        comparison = step;
        return step;
    }

    /** Links the end to a record; returns the first record. */
    Step end(Step next) {
        if (comparison != null) {
            comparison.onZero(next);
        }
        chain.end(next);
        return chain.first();
    }

    private Step move(long from, long plus) {
        return next(chain.addMove(from, plus));
    }

    private Step next(Step step) {
        if (comparison != null) {
            comparison.onZero(step);
            comparison = null;
        }
        return step;
    }
}
