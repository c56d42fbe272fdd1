package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** What becomes of a container is decided when it is created (runtime.md, create). */
class ConfigUpdatesWithoutAffectTest {

    @EachRuntime
    void laterChangesOfTheConfigurationHaveNoEffect(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo as created; hostname; echo $WHEN").env("WHEN", "before");
        try (Container container = new Container(box.runtime(), bundle, box.newId())) {
            container.create().ok();
            bundle.sh("echo changed; hostname; echo $WHEN").set("/hostname", "changed").env("WHEN", "after").save();
            container.start().ok();
            container.awaitStopped();
            assertEquals("as created\nconformance\nbefore\n", container.out());
        }
    }

    @EachRuntime
    void aConfigurationThatIsGoneIsNoLongerNeeded(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().sh("echo ran");
        Container container = box.container(bundle);
        try (container) {
            container.create().ok();
            Files.delete(bundle.dir().resolve("config.json"));
            container.start().ok();
            container.awaitStopped();
            assertEquals("ran\n", container.out());
            container.delete().ok();
        }
    }
}
