package org.jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A shared library of the host, dlopen(3): its functions of up to six integers and pointers, called through the one
 * downcall shape there is. For one thread at a time.
 */
public final class NativeLibrary {

    private static final int RTLD_NOW = 2;
    private static final int SCRATCH = 1 << 14;

    /** Those of each thread, for their native memory is never given back. */
    private static final ThreadLocal<Map<String, NativeLibrary>> HERE = ThreadLocal.withInitial(HashMap::new);

    private final Libc libc = new Libc();
    private final Memory scratch = new Memory(SCRATCH);
    private final Map<String, Long> functions = new HashMap<>();
    private final long handle;

    private NativeLibrary(String name) {
        handle = libc.call("dlopen", Arg.text(name).place(scratch), RTLD_NOW, 0, 0, 0, 0);
    }

    /**
     * Loads a library, for the rest of this process's life.
     *
     * @param name its soname
     * @return empty when the host does not have it
     */
    public static Optional<NativeLibrary> open(String name) {
        NativeLibrary library = HERE.get().get(name);
        if (library == null) {
            library = new NativeLibrary(name);
            HERE.get().put(name, library);
        }
        return library.handle == 0 ? Optional.empty() : Optional.of(library);
    }

    /**
     * Calls a function.
     *
     * @return the result register: a function that returns an int has its value in the lower half, to be cast
     * @throws IllegalArgumentException when the library has no such function
     */
    public long call(String function, Arg... arguments) {
        long address = address(function);
        scratch.used = 0;
        long[] words = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            words[i] = arguments[i].place(scratch);
        }
        long result = libc.call(address, words[0], words[1], words[2], words[3], words[4], words[5]);
        for (Arg argument : arguments) {
            argument.collect(scratch);
        }
        return result;
    }

    /**
     * A function that is called often: twice as fast as {@link #call}, for numbers and what was {@link #put}.
     *
     * @throws IllegalArgumentException when the library has no such function
     */
    public Function function(String name) {
        return new Function(MemorySegment.ofAddress(address(name)));
    }

    /** Puts something into native memory, where it stays until the next one or the next {@link #call}. */
    public long put(Arg argument) {
        scratch.used = 0;
        return argument.place(scratch);
    }

    /** A function by its address. */
    public final class Function {
        private final MemorySegment address;

        private Function(MemorySegment address) {
            this.address = address;
        }

        /** Calls it with five words, those it does not take being 0; returns the result register. */
        public long call(long a, long b, long c, long d, long e) {
            return libc.call(address, a, b, c, d, e);
        }
    }

    /** The string at an address that a function returned; empty for a null pointer. */
    public static String text(long address) {
        if (address == 0) {
            return "";
        }
        // Only the bytes up to the NUL are touched.
        ByteBuffer memory = MemorySegment.ofAddress(address).reinterpret(SCRATCH).asByteBuffer();
        int length = 0;
        while (length < SCRATCH && memory.get(length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        memory.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads 32-bit numbers of the host's byte order where a function's result points to. */
    public static int[] ints(long address, int count) {
        ByteBuffer memory = MemorySegment.ofAddress(address).reinterpret(4L * count).asByteBuffer()
                .order(ByteOrder.nativeOrder());
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
            ints[i] = memory.getInt(4 * i);
        }
        return ints;
    }

    private long address(String function) {
        Long known = functions.get(function);
        if (known != null) {
            return known;
        }
        scratch.used = 0;
        long address = libc.call("dlsym", handle, Arg.text(function).place(scratch), 0, 0, 0, 0);
        if (address == 0) {
            throw new IllegalArgumentException("no function " + function);
        }
        functions.put(function, address);
        return address;
    }

    /** Memory for the arguments of one call; a ByteBuffer for the reason that {@link LibcKernel} has. */
    private static final class Memory implements Arg.Memory {
        private final ByteBuffer memory;
        private final long address;
        private int used;

        Memory(int size) {
            MemorySegment segment = Arena.global().allocate(size, 16);
            memory = segment.asByteBuffer().order(ByteOrder.nativeOrder());
            address = segment.address();
        }

        @Override
        public long put(byte[] bytes) {
            if (used + bytes.length > memory.capacity()) {
                throw new IllegalArgumentException("arguments of more than " + memory.capacity() + " bytes");
            }
            memory.put(used, bytes);
            long at = address + used;
            used += bytes.length + 15 & ~15;
            return at;
        }

        @Override
        public void get(long at, byte[] into) {
            memory.get((int) (at - address), into);
        }

        @Override
        public void pointer(long at, long value) {
            memory.putLong((int) (at - address), value);
        }
    }
}
