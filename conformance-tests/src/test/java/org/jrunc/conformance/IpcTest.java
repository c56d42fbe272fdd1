package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** IPC namespaces: System V objects and POSIX message queues of its own. */
@ExtendWith(NothingLeftExtension.class)
class IpcTest {
    private static final String COUNT = "tail -n +2 /proc/sysvipc/msg | wc -l";

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("ipcmk");
    }

    @Test
    void aMessageQueueOfTheHostIsInvisible(Sandbox box) {
        String queue = Shell.sh("ipcmk -Q").replaceAll("\\D+", "");
        try {
            assertTrue(Integer.parseInt(Shell.sh(COUNT)) > 0);
            assertEquals("0\n", box.sh(COUNT));
            assertEquals("0\n", box.sh("ipcs -q | grep -c 0x || true"));
        } finally {
            Shell.sh("ipcrm -q " + queue);
        }
    }

    @Test
    void whatIpcmkMakesInsideStaysInside(Sandbox box) throws IOException {
        String before = Shell.sh("cat /proc/sysvipc/msg /proc/sysvipc/shm /proc/sysvipc/sem");
        Bundle bundle = withHostPrograms(box.bundle())
                .sh("/usr/bin/ipcmk -Q && /usr/bin/ipcmk -M 4096 && /usr/bin/ipcmk -S 2 && " + COUNT);
        Result result = box.run(bundle).ok();
        assertTrue(result.out().endsWith("\n1\n"), result::toString);
        assertEquals(before, Shell.sh("cat /proc/sysvipc/msg /proc/sysvipc/shm /proc/sysvipc/sem"));
    }

    @Test
    void withoutANamespaceTheQueuesAreTheHosts(Sandbox box) {
        String queue = Shell.sh("ipcmk -Q").replaceAll("\\D+", "");
        try {
            Bundle bundle = box.bundle().withoutNamespace("ipc").withoutMount("/dev/mqueue")
                    .sh("awk '$2 == " + queue + "' /proc/sysvipc/msg | wc -l");
            assertEquals("1\n", box.run(bundle).ok().out());
        } finally {
            Shell.sh("ipcrm -q " + queue);
        }
    }

    @Test
    void canBeJoinedByPathAndSurvivesAsAFile(Sandbox box) {
        Namespaces.assertJoinable(box, "ipc", true, b -> { },
                c -> Shell.sh("nsenter --ipc=/proc/" + c.init().pid() + "/ns/ipc ipcmk -Q"),
                b -> { }, COUNT, "1\n");
    }

    @Test
    void aPosixQueueIsSharedByThoseInTheNamespace(Sandbox box) {
        Namespaces.assertJoinable(box, "ipc", true, b -> b.sh("touch /dev/mqueue/queue; echo ready; sleep 1000"),
                c -> c.awaitOut("ready"), b -> { }, "ls /dev/mqueue", "queue\n");
    }

    /** Makes the host's dynamically linked programs usable inside, read-only. */
    static Bundle withHostPrograms(Bundle bundle) throws IOException {
        for (String name : new String[] {"lib", "lib64"}) {
            if (Files.isSymbolicLink(Path.of("/" + name))) {
                Files.createSymbolicLink(bundle.rootfs().resolve(name), Path.of("usr/" + name));
            } else if (Files.isDirectory(Path.of("/" + name))) {
                bundle.bind(Path.of("/" + name), "/" + name, "ro");
            }
        }
        return bundle.bind(Path.of("/usr"), "/usr", "ro");
    }
}
