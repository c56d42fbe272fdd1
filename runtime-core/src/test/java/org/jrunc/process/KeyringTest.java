package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.Test;

class KeyringTest extends WithAgent {

    private static final int KEY_SPEC_SESSION_KEYRING = -3;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void isNamedAfterTheContainerAndSearchable() {
        keyring(false).join(agent.kernel());
        String description = agent.kernel().describeKey(KEY_SPEC_SESSION_KEYRING);
        assertTrue(description.startsWith("keyring;0;0;"), description);
        assertTrue(description.endsWith(";_ses.box"), description);
        assertEquals(0x80000, Keyring.permissions(description) & 0x80000);
    }

    @Test
    void isSearchableByOthersInAUserNamespace() {
        keyring(true).join(agent.kernel());
        assertEquals(0x8, Keyring.permissions(agent.kernel().describeKey(KEY_SPEC_SESSION_KEYRING)) & 0x8);
    }

    @Test
    void isDoneWithoutWhereTheKernelHasNone() {
        keyring(false).join(failing(Errno.ENOSYS, true));
        assertEquals(List.of(), warnings);
    }

    @Test
    void hasNoNameWhenTheQuotaIsNearlyUsedUp() {
        keyring(false).join(failing(Errno.EDQUOT, false));
        assertEquals(1, warnings.size());
        assertTrue(agent.kernel().describeKey(KEY_SPEC_SESSION_KEYRING).endsWith(";_ses"));
    }

    @Test
    void saysWhichQuotaIsUsedUp() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> keyring(false).join(failing(Errno.EDQUOT, true)));
        assertTrue(e.getMessage().startsWith("unable to join session keyring: keyctl("), e.getMessage());
        assertTrue(e.getMessage().contains("kernel.keys.maxkeys"), e.getMessage());
        assertTrue(e.getMessage().contains("--no-new-keyring"), e.getMessage());
    }

    private Keyring keyring(boolean userNamespace) {
        return new Keyring("box", userNamespace, TestSpec.collecting(RuntimeLog.Level.WARNING, warnings));
    }

    /** The agent, but joining a keyring by name, or any, fails. */
    private Kernel failing(int errno, boolean any) {
        return new Kernel() {
            @Override
            public long invoke(Syscall call, Arg... arguments) {
                boolean join = call == Syscall.KEYCTL && arguments[0].toString().equals("1");
                boolean fails = join && (any || arguments[1].toString().startsWith("\""));
                return fails ? -errno : agent.kernel().invoke(call, arguments);
            }
        };
    }
}
