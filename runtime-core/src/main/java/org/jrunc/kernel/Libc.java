package org.jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The C library of this process. There is one downcall shape, {@code long f(long × 7)} with errno: it serves
 * {@code syscall} and every other libc function of integers and pointers, and each further shape would cost
 * milliseconds of method-handle spinning at start.
 */
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong L = ValueLayout.JAVA_LONG;
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(L, L, L, L, L, L, L, L), Linker.Option.captureCallState("errno"));

    /**
     * The captured errno is the first and only member of the capture struct. Each instance has its own: instances are
     * used by different threads, and a failure with the errno of another call would read as a success.
     */
    private final MemorySegment errno = Arena.global().allocate(Linker.Option.captureStateLayout());
    private final ByteBuffer errnoValue = errno.asByteBuffer().order(ByteOrder.nativeOrder());
    private final Map<String, MemorySegment> symbols = new HashMap<>();
    private final MemorySegment syscall = symbol("syscall");

    /** Calls a function by name; returns its result as it is. */
    long call(String function, long a, long b, long c, long d, long e, long f) {
        MemorySegment address = symbols.get(function);
        if (address == null) {
            address = symbol(function);
            symbols.put(function, address);
        }
        return invoke(address, a, b, c, d, e, f, 0);
    }

    /** Calls a function of another library by its address; returns its result as it is. */
    long call(long address, long a, long b, long c, long d, long e, long f) {
        return invoke(MemorySegment.ofAddress(address), a, b, c, d, e, f, 0);
    }

    /** Calls a function of another library; returns its result as it is. */
    long call(MemorySegment function, long a, long b, long c, long d, long e) {
        return invoke(function, a, b, c, d, e, 0, 0);
    }

    /** syscall(2); returns the result, or the negative errno. */
    long syscall(int number, long a, long b, long c, long d, long e, long f) {
        long result = invoke(syscall, number, a, b, c, d, e, f);
        return result == -1 ? -errnoValue.getInt(0) : result;
    }

    private long invoke(MemorySegment f, long a, long b, long c, long d, long e, long g, long h) {
        try {
            return (long) CALL.invokeExact(f, errno, a, b, c, d, e, g, h);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new IllegalStateException("libc of this host has no function " + name));
    }
}
