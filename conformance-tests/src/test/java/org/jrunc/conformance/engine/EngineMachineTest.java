package org.jrunc.conformance.engine;

import java.io.IOException;
import java.util.List;
import org.jrunc.conformance.NothingLeftExtension;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.engine.inside.ByHand;
import org.jrunc.conformance.engine.inside.CriPod;
import org.jrunc.conformance.engine.inside.GenericContainers;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each engine, configured with the text of README.md, and jrunc where {@code make install} puts it: the commands README
 * names, Testcontainers, a pod through the CRI.
 */
@Tag("engines")
@ExtendWith(NothingLeftExtension.class)
class EngineMachineTest {

    @TestFactory
    List<DynamicTest> podman(Sandbox box) throws IOException {
        return EngineMachine.run(box, "podman", List.of("podman", "conmon"),
                List.of(ByHand.class, GenericContainers.class));
    }

    @TestFactory
    List<DynamicTest> docker(Sandbox box) throws IOException {
        return EngineMachine.run(box, "docker", List.of("dockerd", "docker", "containerd", "iptables"),
                List.of(ByHand.class, GenericContainers.class));
    }

    @TestFactory
    List<DynamicTest> containerd(Sandbox box) throws IOException {
        return EngineMachine.run(box, "containerd", List.of("containerd", "ctr", "curl"),
                List.of(ByHand.class, CriPod.class));
    }
}
