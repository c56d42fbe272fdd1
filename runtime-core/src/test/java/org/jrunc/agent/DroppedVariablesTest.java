package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The launcher's own use of the list is in {@link LauncherTest}. */
class DroppedVariablesTest {

    @Test
    void areThoseOfTheJvmAndAllOfTheLinkers() {
        for (String variable : List.of("JAVA_TOOL_OPTIONS=x", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=x", "CLASSPATH=/",
                "_JAVA_LAUNCHER_DEBUG=1", "LD_PRELOAD=", "LD_=")) {
            assertTrue(DroppedVariables.contains(variable), variable);
        }
        for (String variable : List.of("JAVA_TOOL_OPTIONS2=x", "JAVA_HOME=/", "CLASSPATHS=/", "OLD_LD_PRELOAD=", "LD=x",
                "A=LD_PRELOAD")) {
            assertFalse(DroppedVariables.contains(variable), variable);
        }
    }
}
