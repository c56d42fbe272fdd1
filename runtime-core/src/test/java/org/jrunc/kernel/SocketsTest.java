package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void connectingToAListenerThatDoesNotAcceptEnds(@TempDir Path dir) throws IOException {
        LibcKernel libc = new LibcKernel();
        Path path = dir.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            KernelException e = assertThrows(KernelException.class, () -> {
                for (int i = 0; i < 4; i++) {
                    Sockets.connect(libc, path.toString(), 1);
                }
            });
            assertEquals(Errno.EAGAIN, e.errno());
        }
    }
}
