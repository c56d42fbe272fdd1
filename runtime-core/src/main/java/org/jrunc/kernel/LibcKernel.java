package org.jrunc.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The kernel as this process sees it: FFM downcalls into libc. A JVM has many threads, so the calls that Linux allows
 * only to single-threaded processes (unshare and setns of user and mount namespaces, for instance) fail here; agents
 * make them. For one thread at a time.
 */
public final class LibcKernel implements Kernel {

    private static final int SCRATCH = 1 << 17;
    /** {@code sizeof(posix_spawn_file_actions_t)} is 80 and {@code sizeof(posix_spawnattr_t)} 336 in glibc. */
    private static final int SPAWN_OBJECT = 512;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** One for each thread; those of threads that have ended, since their native memory is never given back. */
    private static final ConcurrentLinkedDeque<LibcKernel> FREE = new ConcurrentLinkedDeque<>();
    private static final ThreadLocal<LibcKernel> HERE = ThreadLocal.withInitial(LibcKernel::any);

    private final Libc libc = new Libc();
    private final Scratch scratch = new Scratch(SCRATCH);
    /** Null in a process that ends with its command. */
    private Leftovers leftovers;

    /** This thread's. */
    public static LibcKernel here() {
        return HERE.get();
    }

    private static LibcKernel any() {
        LibcKernel free = FREE.poll();
        return free == null ? new LibcKernel() : free;
    }

    /** Before a thread of a server ends: leaves its own to the next one that begins. */
    public static void leave() {
        FREE.push(HERE.get());
        HERE.remove();
    }

    @Override
    public synchronized long invoke(Syscall call, Arg... arguments) {
        scratch.reset();
        long[] words = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            words[i] = arguments[i].place(scratch);
        }
        long result = libc.syscall(call.number(Abi.current()), words[0], words[1], words[2], words[3], words[4],
                words[5]);
        for (Arg argument : arguments) {
            argument.collect(scratch);
        }
        if (leftovers != null) {
            leftovers.note(call, words[0], words[1], result);
        }
        return result;
    }

    @Override
    public int[] pipe2(int flags) {
        return received(Kernel.super.pipe2(flags));
    }

    @Override
    public int[] socketpair(int domain, int type) {
        return received(Kernel.super.socketpair(domain, type));
    }

    /** Takes note of descriptors that came otherwise than as the result of a call; returns them. */
    public synchronized int[] received(int... fds) {
        if (leftovers != null) {
            leftovers.opened(fds);
        }
        return fds;
    }

    /**
     * For a JVM that outlives a command: gives back what this thread has opened and mapped since the last time and
     * still holds.
     */
    public synchronized void giveBack() {
        if (leftovers == null) {
            leftovers = new Leftovers();
        }
        leftovers.giveBack(this);
    }

    /**
     * posix_spawn(3) with the descriptors of this process that are not close-on-exec.
     *
     * @param path      program
     * @param arguments argument vector
     * @param inherit   descriptors to hand over although they are close-on-exec
     * @return the pid of the child, which is this process's to wait for
     * @throws KernelException when no child could be made or it could not execute the program
     */
    public synchronized int spawn(String path, List<String> arguments, int... inherit) {
        scratch.reset();
        long actions = scratch.put(new byte[SPAWN_OBJECT]);
        long pid = scratch.put(new byte[8]);
        libc.call("posix_spawn_file_actions_init", actions, 0, 0, 0, 0, 0);
        try {
            for (int fd : inherit) {
                // The same number twice clears the close-on-exec flag in the child (glibc 2.29).
                libc.call("posix_spawn_file_actions_adddup2", actions, fd, fd, 0, 0, 0);
            }
            long error = libc.call("posix_spawn", pid, Arg.text(path).place(scratch), actions, 0,
                    Block.strings(arguments).place(scratch), Block.strings(List.of()).place(scratch));
            if ((int) error != 0) {
                throw new KernelException("posix_spawn", path, (int) error);
            }
        } finally {
            libc.call("posix_spawn_file_actions_destroy", actions, 0, 0, 0, 0, 0);
        }
        byte[] result = new byte[8];
        scratch.get(pid, result);
        return Block.in(result).u32(0);
    }

    /**
     * execve(2): replaces this JVM, with all its threads, by another program. Does not return, unless it fails.
     */
    public void execve(String path, List<String> arguments, List<String> environment) {
        call(Syscall.EXECVE, Arg.text(path), Block.strings(arguments), Block.strings(environment));
    }

    /**
     * mmap(2) of a whole shared file for reading and writing, for as long as this process lives or until
     * {@link #unmap}.
     */
    public synchronized ByteBuffer mapShared(int fd, int size) {
        long address = check(invoke(Syscall.MMAP, Arg.none(), Arg.of(size), Arg.of(3), Arg.of(1), Arg.of(fd),
                Arg.of(0)), Syscall.MMAP, Arg.of(size), Arg.of(fd));
        if (leftovers != null) {
            leftovers.mapped(address, size);
        }
        return MemorySegment.ofAddress(address).reinterpret(size).asByteBuffer();
    }

    /** munmap(2) of what {@link #mapShared} returned. */
    public void unmap(ByteBuffer memory) {
        long address = MemorySegment.ofBuffer(memory).address();
        if (leftovers != null) {
            leftovers.unmapped(address);
        }
        call(Syscall.MUNMAP, Arg.of(address), Arg.of(memory.capacity()));
    }

    /**
     * send(2) of one word on a connected socket, never with SIGPIPE. It and {@link #receiveByte} are made for every
     * call of an agent, some hundred times in a cold JVM: hence without {@link Arg}s.
     *
     * @return 8, or the negative errno
     */
    public synchronized long sendWord(int socket, long word) {
        return libc.syscall(Syscall.SENDTO.number(Abi.current()), socket, scratch.first(word), Long.BYTES, MSG_NOSIGNAL,
                0, 0);
    }

    /**
     * recv(2) of one byte.
     *
     * @return 1, 0 at the end of the stream, or the negative errno
     */
    public synchronized long receiveByte(int socket) {
        return libc.syscall(Syscall.RECVFROM.number(Abi.current()), socket, scratch.first(0), 1, 0, 0, 0);
    }

    /**
     * Native memory for the arguments of one call: filled from the start, replaced by a larger one when too small.
     * Accessed as a ByteBuffer: the accessors of a MemorySegment are VarHandles, whose forms are spun at each start.
     */
    private static final class Scratch implements Arg.Memory {
        private final Piece base;
        private Arena overflow;
        private Piece last;
        private int used;

        Scratch(int size) {
            base = new Piece(Arena.global(), size, null);
            last = base;
        }

        void reset() {
            used = 0;
            if (overflow != null) {
                overflow.close();
                overflow = null;
                last = base;
            }
        }

        /** Sets the first word; returns its address. */
        long first(long word) {
            base.memory.putLong(0, word);
            return base.address;
        }

        @Override
        public long put(byte[] bytes) {
            if (used + bytes.length > last.memory.capacity()) {
                if (overflow == null) {
                    overflow = Arena.ofShared();
                }
                last = new Piece(overflow, Math.max(bytes.length, SCRATCH), last);
                used = 0;
            }
            last.memory.put(used, bytes);
            long address = last.address + used;
            used += (bytes.length + 15) & ~15;
            return address;
        }

        @Override
        public void get(long address, byte[] into) {
            Piece piece = piece(address);
            piece.memory.get(piece.index(address), into);
        }

        @Override
        public void pointer(long at, long value) {
            Piece piece = piece(at);
            piece.memory.putLong(piece.index(at), value);
        }

        private Piece piece(long address) {
            Piece piece = last;
            while (address < piece.address || address >= piece.address + piece.memory.capacity()) {
                piece = piece.before;
            }
            return piece;
        }
    }

    /** A part of the scratch memory. */
    private static final class Piece {
        private final ByteBuffer memory;
        private final long address;
        private final Piece before;

        Piece(Arena arena, int size, Piece before) {
            MemorySegment segment = arena.allocate(size, 16);
            this.memory = segment.asByteBuffer().order(ByteOrder.nativeOrder());
            this.address = segment.address();
            this.before = before;
        }

        int index(long at) {
            return (int) (at - address);
        }
    }
}
