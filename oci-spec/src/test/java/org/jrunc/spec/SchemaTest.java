package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jrunc.spec.ConfigCorpus.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our JSON Schemas against real bundles, against the reader, and against the schema of the specification itself. */
class SchemaTest {
    private static final Schema CONFIG = schema("config-schema.json");
    private static final Schema STATE = schema("state-schema.json");
    private static final Path OFFICIAL =
            Path.of("/usr/share/gocode/src/github.com/opencontainers/runtime-spec/schema");
    /** What configurations are mutated: one with every property, and two real ones that are short. */
    private static final List<String> ORIGINALS =
            List.of("full.json", "bundles/cri-sysctl-sandbox/config.json", "bundles/ctr-hooks/config.json");

    private static Schema schema(String name) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SpecReader.class.getResourceAsStream(name), InputFormat.JSON);
    }

    static List<Path> bundles() {
        return TestFiles.bundles();
    }

    private static List<Mutant> mutants(UnaryOperator<String> preparation) {
        List<Mutant> mutants = new ArrayList<>();
        for (String original : ORIGINALS) {
            mutants.addAll(ConfigCorpus.mutants(preparation.apply(TestFiles.text(original))));
        }
        return mutants;
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void whatEnginesWriteIsValid(Path config) throws Exception {
        assertEquals(List.of(), CONFIG.validate(Files.readString(config), InputFormat.JSON));
    }

    @Test
    void aConfigurationWithEveryPropertyIsValid() {
        assertEquals(List.of(), CONFIG.validate(TestFiles.text("full.json"), InputFormat.JSON));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSampleIsValid(boolean rootless) {
        assertEquals(List.of(), CONFIG.validate(SpecTemplate.config(rootless, 1, 1, true), InputFormat.JSON));
    }

    @Test
    void everyStateThatWePrintIsValid() {
        for (String status : List.of("creating", "created", "running", "paused", "stopped")) {
            State state = new State("1.3.0", "c", status, 0, "/b", "/b/r", "", Map.of("a", "b"));
            assertEquals(List.of(), STATE.validate(StateJson.state(state), InputFormat.JSON));
            assertEquals(List.of(), STATE.validate(StateJson.hook(state, status, 1), InputFormat.JSON));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"ociVersion\":\"1\",\"id\":\"a\",\"status\":\"x\",\"bundle\":\"/\"}",
        "{\"ociVersion\":\"1\",\"id\":\"a\",\"status\":\"running\",\"bundle\":\"/\",\"pid\":-1}",
        "{\"ociVersion\":\"1\",\"id\":\"a\",\"status\":\"running\",\"bundle\":\"/\",\"annotations\":{\"a\":1}}"})
    void whatIsNoStateIsRefused(String json) {
        assertTrue(!STATE.validate(json, InputFormat.JSON).isEmpty());
    }

    @Test
    void theReaderAndTheValidatorRefuseWhatTheSchemaRefuses() {
        List<String> unexpected = new ArrayList<>();
        for (Mutant mutant : mutants(UnaryOperator.identity())) {
            boolean valid = CONFIG.validate(mutant.config()).isEmpty();
            String outcome = outcome(mutant);
            // Deliberately more tolerant than the schema: null is absent, "" is absent, no filter without an action.
            boolean tolerated = mutant.change().equals("= null") || mutant.change().equals("= \"\"")
                    || mutant.pointer().equals("/linux/seccomp") && mutant.change().startsWith("= {")
                    || mutant.pointer().equals("/linux/devices/1/type");
            boolean differs = valid ? outcome.equals("unreadable") : outcome.equals("valid") && !tolerated;
            if (differs) {
                unexpected.add(mutant + " is " + (valid ? "valid" : "invalid") + " by schema but " + outcome);
            }
        }
        assertEquals("", String.join("\n", unexpected));
    }

    private static String outcome(Mutant mutant) {
        try {
            Spec spec = SpecReader.read(mutant.config().toString().getBytes(StandardCharsets.UTF_8), "config.json");
            return SpecValidator.check(spec).isEmpty() ? "valid" : "refused";
        } catch (SpecException e) {
            return "unreadable";
        }
    }

    /** Without the values that Debian's version of the schema, 1.0.2-dev, does not know yet. */
    private static String aged(String json) {
        return json.replace("SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_ARM")
                .replace("{\"type\": \"time\"}", "{\"type\": \"cgroup\"}");
    }

    private static Schema official() throws IOException {
        assumeTrue(Files.isRegularFile(OFFICIAL.resolve("config-schema.json")),
                "Debian's package golang-github-opencontainers-specs-dev is not installed");
        Map<String, String> schemas = new TreeMap<>();
        try (Stream<Path> files = Files.list(OFFICIAL)) {
            for (Path file : files.toList()) {
                schemas.put("https://official.example/" + file.getFileName(), Files.readString(file));
            }
        }
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4, builder -> builder.schemas(schemas))
                .getSchema(SchemaLocation.of("https://official.example/config-schema.json"));
    }

    /** Where our verdict on a mutant is another one than that of the official schema, and why. */
    private enum Difference {
        SCHEDULER("/process/scheduler(/.*)?", "newer than Debian's schema: since 1.1.0"),
        IO_PRIORITY("/process/ioPriority(/.*)?", "newer: since 1.1.0"),
        TIME_OFFSETS("/linux/timeOffsets(/.*)?", "newer: since 1.1.0"),
        EXEC_CPU_AFFINITY("/process/execCPUAffinity(/.*)?", "newer: since 1.2.1"),
        NET_DEVICES("/linux/netDevices(/.*)?", "newer: since 1.3.0"),
        MEMORY_POLICY("/linux/memoryPolicy(/.*)?", "newer: since 1.3.0"),
        RDT("/linux/intelRdt/(schemata(/.*)?|enableMonitoring)", "newer: since 1.3.0"),
        PIDS("/linux/resources/pids(/limit)?", "limit is not required any more: since 1.3.0"),
        FILE_MODE("/linux/devices/0/fileMode", "their maximum 512 is less than 0666, and Podman adds the type bits"),
        OOM_SCORE("/process/oomScoreAdj", "they give no range; for Go it is an int, for the kernel -1000 to 1000"),
        TIMEOUT("/hooks/[a-zA-Z]*/0/timeout", "they give no maximum, but for Go it is an int64"),
        INDEX("/linux/seccomp/syscalls/1/args/0/index", "they allow a uint32, but a system call has six arguments");

        private final Pattern pointers;
        private final String reason;

        Difference(String pointers, String reason) {
            this.pointers = Pattern.compile(pointers);
            this.reason = reason;
        }

        boolean covers(Mutant mutant) {
            return pointers.matcher(mutant.pointer()).matches();
        }
    }

    @Test
    void theVerdictOnMutantsIsThatOfTheOfficialSchema() throws IOException {
        Schema official = official();
        Set<Difference> unused = EnumSet.allOf(Difference.class);
        List<String> unexpected = new ArrayList<>();
        for (String original : ORIGINALS) {
            assertEquals(List.of(), official.validate(aged(TestFiles.text(original)), InputFormat.JSON));
        }
        for (Mutant mutant : mutants(SchemaTest::aged)) {
            boolean theirs = official.validate(mutant.config()).isEmpty();
            boolean ours = CONFIG.validate(mutant.config()).isEmpty();
            if (theirs != ours) {
                boolean listed = false;
                for (Difference difference : Difference.values()) {
                    if (difference.covers(mutant)) {
                        listed = true;
                        unused.remove(difference);
                    }
                }
                if (!listed) {
                    unexpected.add(mutant + " is " + (ours ? "valid" : "invalid") + " for us only");
                }
            }
        }
        assertEquals("", String.join("\n", unexpected));
        for (Difference difference : unused) {
            fail(difference + " is no difference any more (" + difference.reason + ")");
        }
    }

    @Test
    void theVerdictOnRealBundlesIsThatOfTheOfficialSchema() throws IOException {
        Schema official = official();
        Map<String, String> differences = new TreeMap<>();
        for (Path config : TestFiles.bundles()) {
            List<Error> errors = official.validate(Files.readString(config), InputFormat.JSON);
            if (!errors.isEmpty()) {
                differences.put(config.getParent().getFileName().toString(),
                        errors.get(0).getInstanceLocation().toString());
            }
        }
        assertEquals(Map.of(
                "podman-device-rule", "/linux/devices/0/fileMode", // with type bits, see FILE_MODE
                "cri-mounts", "/linux/rootfsPropagation", // "rslave": they know only the four words without r
                "rootless-privileged", "/linux/rootfsPropagation"), differences);
    }
}
