package org.jrunc.conformance.engine.inside;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jrunc.conformance.Shell;

/**
 * Calls of the Kubernetes Container Runtime Interface (runtime.v1, k8s.io/cri-api) as kubelet makes them: gRPC, which
 * is HTTP/2 with protobuf messages behind five bytes of length. curl does the HTTP; the few messages are put together
 * here, since Debian 12 has no crictl.
 */
final class Cri {
    private final String socket;
    private final Path scratch;

    Cri(String socket, Path scratch) {
        this.socket = socket;
        this.scratch = scratch;
    }

    /** Calls a method of the RuntimeService; fails with the message of the engine when it fails. */
    Message call(String method, byte[]... fields) {
        try {
            byte[] body = join(fields);
            Path request = scratch.resolve("request");
            Path response = scratch.resolve("response");
            Files.write(request, ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(body.length).put(body)
                    .array());
            String headers = Shell.sh("curl --silent --show-error --max-time 50 --http2-prior-knowledge --unix-socket "
                    + socket + " --header 'content-type: application/grpc' --header 'te: trailers' --data-binary @"
                    + request + " --output " + response + " --dump-header - http://localhost/runtime.v1.RuntimeService/"
                    + method);
            if (headers.lines().noneMatch(l -> l.strip().equals("grpc-status: 0"))) {
                throw new AssertionError(method + ": " + headers);
            }
            byte[] answer = Files.readAllBytes(response);
            return new Message(ByteBuffer.wrap(answer, 5, answer.length - 5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field with a text. */
    static byte[] text(int field, String value) {
        return field(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A field with a message. */
    static byte[] message(int field, byte[]... fields) {
        return field(field, join(fields));
    }

    /** A field with a number. */
    static byte[] number(int field, long value) {
        return join(varint((long) field << 3), varint(value));
    }

    private static byte[] field(int field, byte[] content) {
        return join(varint((long) field << 3 | 2), varint(content.length), content);
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write((int) (rest & 0x7f | 0x80));
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** An answer: its texts and numbers by field; a field that is not there is empty or 0. */
    static final class Message {
        private final Map<Integer, String> texts = new HashMap<>();
        private final Map<Integer, Long> numbers = new HashMap<>();

        private Message(ByteBuffer in) {
            while (in.hasRemaining()) {
                long key = varint(in);
                int field = (int) (key >>> 3);
                switch ((int) (key & 7)) {
                    case 0 -> numbers.put(field, varint(in));
                    case 2 -> {
                        byte[] content = new byte[(int) varint(in)];
                        in.get(content);
                        texts.put(field, new String(content, StandardCharsets.UTF_8));
                    }
                    default -> throw new AssertionError("wire type of " + key);
                }
            }
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in.get();
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }

        String text(int field) {
            return texts.getOrDefault(field, "");
        }

        long number(int field) {
            return numbers.getOrDefault(field, 0L);
        }
    }
}
