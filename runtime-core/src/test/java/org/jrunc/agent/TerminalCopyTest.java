package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.kernel.Syscall;
import org.junit.jupiter.api.Test;

class TerminalCopyTest {

    private static final int EXIT_STATUS = 7;

    /** Lets clone fail with EAGAIN, and kill end the process that calls it. */
    private static byte[] filter() {
        ByteBuffer code = ByteBuffer.allocate(6 * 8).order(ByteOrder.nativeOrder());
        instruction(code, 0x20, 0, 0, 0);
        instruction(code, 0x15, 2, 0, Syscall.CLONE.number(Abi.current()));
        instruction(code, 0x15, 2, 0, Syscall.KILL.number(Abi.current()));
        instruction(code, 0x06, 0, 0, 0x7fff0000);
        instruction(code, 0x06, 0, 0, 0x00050000 | Errno.EAGAIN);
        instruction(code, 0x06, 0, 0, 0x80000000);
        return code.array();
    }

    private static void instruction(ByteBuffer code, int operation, int jumpTrue, int jumpFalse, int k) {
        code.putShort((short) operation).put((byte) jumpTrue).put((byte) jumpFalse).putInt(k);
    }

    @Test
    void aCopierThatCouldNotBeMadeIsNeitherKilledNorWaitedFor() {
        Agent agent = Agent.spawn(new LibcKernel(), "jrunc-test");
        try {
            AgentKernel kernel = agent.kernel();
            kernel.prctl(Prctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            kernel.call(Syscall.SECCOMP, SeccompCall.load(filter(), 0));
            kernel.reset();
            Chain chain = new Chain(kernel);
            Step exit = chain.free(Syscall.EXIT_GROUP, Arg.of(EXIT_STATUS));
            TerminalCopy copy = new TerminalCopy(kernel.abi(), kernel.lane(),
                    new Monitor.Terminal(3, -1, new byte[0], new byte[0]));
            copy.begin(chain);
            copy.finish(chain);
            chain.end(exit);
            long start = System.nanoTime();
            kernel.start(chain.first());
            assertEquals(EXIT_STATUS << 8, agent.reap());
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }
}
