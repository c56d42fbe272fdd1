package org.jrunc.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.spec.Hook;
import org.junit.jupiter.api.Test;

class StartHooksTest {

    private static final List<Hook> MANY = new ArrayList<>();

    static {
        for (int i = 0; i < 300; i++) {
            MANY.add(new Hook("/hook-" + i, List.of(), Optional.empty(), OptionalLong.empty()));
        }
    }

    private static byte[] told(long index, long status) {
        return ByteBuffer.allocate(28).order(ByteOrder.nativeOrder()).putLong(index).putLong(status).putLong(0)
                .put("bad\n".getBytes()).array();
    }

    @Test
    void namesTheHookThatFailedAlsoBehindThe127th() {
        assertEquals("error running startContainer hook #299: exit status 3, stdout: , stderr: bad"
                + " (hook /hook-299, /hooks/startContainer/299)", StartHooks.failure(MANY, told(299, 3 << 8)));
    }

    @Test
    void anInitThatDiesWhileItReportsIsAFailureWithAName() {
        String text = StartHooks.failure(MANY, Arrays.copyOf(told(1, 0), 12));
        assertTrue(text.startsWith("error running startContainer hook"), text);
    }
}
