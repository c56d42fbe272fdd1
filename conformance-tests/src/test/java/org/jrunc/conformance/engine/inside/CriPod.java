package org.jrunc.conformance.engine.inside;

import static org.jrunc.conformance.engine.inside.Cri.message;
import static org.jrunc.conformance.engine.inside.Cri.number;
import static org.jrunc.conformance.engine.inside.Cri.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod as kubelet makes it for a RuntimeClass with the handler {@code jrunc}, the name in README's configuration. */
public class CriPod {
    private static final String IMAGE = "docker.io/library/busybox:latest";
    /** NamespaceMode.NODE: without network plugins a pod has the network of the machine. */
    private static final int NODE = 2;

    @TempDir
    Path scratch;

    @Test
    void runsWithTheHandlerOfReadme() throws Exception {
        // The image of the sandbox is one that a registry has; here it gets the only image there is.
        String pause = Shell.sh("containerd config default | sed -n 's/^ *sandbox_image = \"\\(.*\\)\"/\\1/p'");
        Shell.sh("ctr --namespace k8s.io images tag " + IMAGE + " " + pause);
        Cri cri = new Cri("/run/containerd/containerd.sock", scratch);
        Path logs = Files.createDirectory(scratch.resolve("logs"));
        byte[][] config = {message(1, text(1, "pod"), text(2, "uid-1"), text(3, "default")), text(3, logs.toString()),
            message(8, text(1, "/pods/uid-1"), message(2, message(1, number(1, NODE))))};

        String pod = cri.call("RunPodSandbox", message(1, config), text(2, "jrunc")).text(1);
        String container = cri.call("CreateContainer", text(1, pod), message(2, message(1, text(1, "main")),
                message(2, text(1, IMAGE)), text(3, "sh"), text(3, "-c"), text(3, "echo started; exec sleep 1000"),
                text(11, "main.log")), message(3, config)).text(1);
        cri.call("StartContainer", text(1, container));
        Cri.Message exec = cri.call("ExecSync", text(1, container), text(2, "sh"), text(2, "-c"),
                text(2, "echo out; echo err >&2; exit 3"), number(3, 40));
        String log = Files.readString(logs.resolve("main.log"));
        String states = Shell.sh("ls /run/containerd/runc/k8s.io");
        cri.call("StopContainer", text(1, container), number(2, 0));
        cri.call("RemoveContainer", text(1, container));
        cri.call("StopPodSandbox", text(1, pod));
        cri.call("RemovePodSandbox", text(1, pod));

        assertEquals("out\n", exec.text(1));
        assertEquals("err\n", exec.text(2));
        assertEquals(3, exec.number(3));
        assertTrue(log.contains("stdout F started"), log);
        assertTrue(states.contains(pod) && states.contains(container), states);
    }
}
