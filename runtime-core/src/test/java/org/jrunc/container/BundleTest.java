package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {

    @TempDir
    Path dir;

    private String failure(Path bundle) {
        Spec spec = SpecReader.read("{}".getBytes(StandardCharsets.UTF_8), "config.json");
        return assertThrows(RuntimeFailure.class, () -> Bundle.of(bundle, spec)).getMessage();
    }

    @Test
    void saysWhyABundleCanNotBeFound() throws IOException {
        Path missing = dir.resolve("missing");
        assertEquals("bundle " + missing + " (--bundle): it or its directory is missing (ENOENT)", failure(missing));
        Path loop = Files.createSymbolicLink(dir.resolve("loop"), Path.of("loop"));
        assertEquals("bundle " + loop + " (--bundle): too many levels of symbolic links (ELOOP)", failure(loop));
    }
}
