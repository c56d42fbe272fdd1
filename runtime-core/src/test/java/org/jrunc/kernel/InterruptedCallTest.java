package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InterruptedCallTest {

    @Test
    void aSignalDoesNotEndAPoll() {
        int[] calls = {0};
        Kernel interruptedOnce = new Kernel() {
            @Override
            public long invoke(Syscall call, Arg... arguments) {
                calls[0]++;
                if (calls[0] == 1) {
                    return -Errno.EINTR;
                }
                ((Block) arguments[0]).u16(6, 4);
                return 1;
            }
        };
        assertEquals(4, interruptedOnce.poll(5, 4, 1000));
        assertEquals(2, calls[0]);
    }
}
