package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Syscall;

/** One record of a program, in the memory of the agent that will run it. Written once, then run. */
final class Step {

    private static final Arg[] NO_ARGUMENTS = {};
    /** A record that has not run. Copied as a whole: without a compiler each word by itself takes a microsecond. */
    private static final byte[] EMPTY = empty();

    private final Space space;
    private final long address;
    private Syscall call;
    private Arg[] arguments = NO_ARGUMENTS;

    /** A record in newly taken memory. */
    Step(Space space) {
        this.space = space;
        this.address = space.allocate(Record.STRIDE);
        space.fill(address, EMPTY);
        space.set(address + Record.STORE_AT, address + Record.RESULT);
    }

    private static byte[] empty() {
        return ByteBuffer.allocate(Record.STRIDE).order(ByteOrder.nativeOrder())
                .putLong(Record.RESULT, Record.NEVER).putLong(Record.RETRY, Record.NEVER).array();
    }

    /** Makes it a system call of the agent's architecture; the arguments are placed in the same space. */
    Step call(Abi abi, Syscall newCall, Arg... newArguments) {
        call = newCall;
        arguments = newArguments;
        space.set(address + Record.NR, newCall.number(abi));
        for (int i = 0; i < newArguments.length; i++) {
            space.set(argument(i), newArguments[i].place(space));
        }
        space.set(address + Record.RESULT, Record.NEVER);
        space.set(address + Record.RETRY, Record.NEVER);
        return this;
    }

    /**
     * Makes it no call: its result is the word at an address, plus a constant. The constant is argument 1; argument 2,
     * which an earlier record may store to, is subtracted.
     */
    Step move(long from, long plus) {
        space.set(address + Record.NR, -1);
        space.set(argument(0), from);
        space.set(argument(1), plus);
        return this;
    }

    /** Goes on with this record after any result that has no target of its own. */
    Step then(Step next) {
        return onPositive(next).onNegative(next);
    }

    /** Goes on with this record after results that have no target yet; zero follows positive. */
    void defaultTargets(Step next) {
        if (space.get(address + Record.POS) == 0) {
            onPositive(next);
        }
        if (space.get(address + Record.NEG) == 0) {
            onNegative(next);
        }
    }

    Step onPositive(Step next) {
        space.set(address + Record.POS, next.address);
        return this;
    }

    /** After a zero result; the result is then not stored. */
    Step onZero(Step next) {
        space.set(address + Record.ZERO, next.address);
        return this;
    }

    /** After a zero result as after a positive one. */
    Step onZeroAsPositive() {
        space.set(address + Record.ZERO, 0);
        return this;
    }

    Step onNegative(Step next) {
        space.set(address + Record.NEG, next.address);
        return this;
    }

    /** Runs the record again on this negative error number. */
    Step retryOn(int errno) {
        space.set(address + Record.RETRY, -errno);
        return this;
    }

    /**
     * Names a result that this record can not have. A move whose result may be any word needs that: one that happens to
     * be {@link Record#NEVER} would be made again and again.
     */
    Step never(long result) {
        space.set(address + Record.RETRY, result);
        return this;
    }

    /** Also stores the result here. */
    Step storeAt(long target) {
        space.set(address + Record.STORE_AT, target);
        return this;
    }

    /** The record's address in the agent. */
    long address() {
        return address;
    }

    /** Address of an argument word, for an earlier record to store to. */
    long argument(int index) {
        return address + Record.argument(index);
    }

    /** Address of the target for positive results: a record that waits reads the next program's address into it. */
    long positive() {
        return address + Record.POS;
    }

    /** Address of the word that says where the result is also stored, for an earlier record to store to. */
    long target() {
        return address + Record.STORE_AT;
    }

    /** Address of its result, for a later record to move. */
    long resultWord() {
        return address + Record.RESULT;
    }

    /** Its result, {@link Record#NEVER} when it has not run. */
    long result() {
        return space.get(address + Record.RESULT);
    }

    Syscall call() {
        return call;
    }

    Arg[] arguments() {
        return arguments;
    }

    /** Copies back what the kernel wrote through the arguments. */
    void collect() {
        for (Arg argument : arguments) {
            argument.collect(space);
        }
    }
}
