package org.jrunc.warm;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Syscall;

/** A descriptor that a client has passed, to write to. */
final class DescriptorStream extends OutputStream {

    private static final int POLLOUT = 4;
    /** How long a client's reader may stand still before the rest is lost. */
    private static final long DEADLINE_MILLIS = 30_000;
    /** What there certainly is room for when poll(2) says that there is some: a page, in a pipe. */
    private static final int PART = 4096;

    private final LibcKernel libc;
    private final int fd;

    DescriptorStream(LibcKernel libc, int fd) {
        this.libc = libc;
        this.fd = fd;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            // Also of a descriptor that blocks: a reader that stands still must not keep a thread of the server forever.
            if (libc.poll(fd, POLLOUT, DEADLINE_MILLIS) == 0) {
                throw new IOException("nothing was read for " + DEADLINE_MILLIS / 1000 + " s");
            }
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(at + PART, offset + length));
            long written = libc.invoke(Syscall.WRITE, Arg.of(fd), Block.in(part), Arg.of(part.length));
            if (written > 0) {
                at += (int) written;
            } else if (written != -Errno.EINTR && written != -Errno.EAGAIN) {
                throw new IOException(Errno.name((int) -written));
            }
        }
    }
}
