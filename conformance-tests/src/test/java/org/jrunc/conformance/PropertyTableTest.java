package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The table of properties in {@code docs/conformance.md} names every property of the schema, and tests that exist. */
class PropertyTableTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("basedir", ".")).resolve("..");
    private static final Set<String> NOT_LINUX = Set.of("windows", "solaris", "zos", "freebsd", "vm");

    private final JsonNode schema;
    private final List<String[]> rows;

    PropertyTableTest() throws IOException {
        schema = Bundle.JSON.readTree(Files.readString(
                REPOSITORY.resolve("oci-spec/src/main/resources/org/jrunc/spec/config-schema.json")));
        rows = Files.readAllLines(REPOSITORY.resolve("docs/conformance.md")).stream()
                .dropWhile(l -> !l.startsWith("### Property by property")).skip(1).takeWhile(l -> !l.startsWith("#"))
                .filter(l -> l.startsWith("| `")).map(l -> l.split(" *\\| *")).toList();
    }

    @Test
    void everyPropertyOfTheSchemaIsThere() {
        Set<String> documented = rows.stream().flatMap(r -> quoted(r[1]).stream()).collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        Set<String> leaves = new TreeSet<>();
        collect(schema, "", leaves);
        leaves.removeIf(p -> NOT_LINUX.contains(p.split("\\.")[0]));
        assertFalse(leaves.size() < 100, leaves.toString());
        for (String leaf : leaves) {
            if (documented.stream().noneMatch(d -> leaf.equals(d) || leaf.startsWith(d + "."))) {
                missing.add(leaf);
            }
        }
        assertEquals(Set.of(), missing);
        documented.removeIf(d -> leaves.stream().anyMatch(l -> l.equals(d) || l.startsWith(d + ".")));
        assertEquals(Set.of(), documented, "are no properties of the schema");
    }

    @Test
    void everyTestOfTheTableExists() throws IOException {
        Set<String> named = rows.stream().flatMap(r -> quoted(r[5]).stream()).filter(n -> n.endsWith("Test"))
                .collect(Collectors.toCollection(TreeSet::new));
        for (String module : List.of("oci-spec", "runtime-core", "conformance-tests")) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module + "/src/test/java"))) {
                files.forEach(f -> named.remove(f.getFileName().toString().replace(".java", "")));
            }
        }
        assertEquals(Set.of(), named);
    }

    private static List<String> quoted(String cell) {
        return Pattern.compile("`([^`]+)`").matcher(cell).results().map((MatchResult m) -> m.group(1)).toList();
    }

    /** The paths of all properties that have none below; arrays and maps are left out of them. */
    private void collect(JsonNode node, String path, Set<String> leaves) {
        List<JsonNode> below = new ArrayList<>();
        JsonNode type = resolve(node);
        for (String key : List.of("allOf", "oneOf", "anyOf")) {
            type.path(key).forEach(n -> below.add(resolve(n)));
        }
        below.add(type);
        boolean leaf = true;
        for (JsonNode each : below) {
            for (var property : each.path("properties").properties()) {
                leaf = false;
                collect(property.getValue(), path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                        leaves);
            }
            List<JsonNode> elements = new ArrayList<>(List.of(each.path("items"), each.path("additionalProperties")));
            each.path("patternProperties").forEach(elements::add);
            for (JsonNode element : elements) {
                if (element.isObject() && hasProperties(resolve(element))) {
                    leaf = false;
                    collect(element, path, leaves);
                }
            }
        }
        if (leaf) {
            leaves.add(path);
        }
    }

    private boolean hasProperties(JsonNode type) {
        return type.has("properties") || Stream.of("allOf", "oneOf", "anyOf").flatMap(k -> type.path(k).valueStream())
                .anyMatch(n -> hasProperties(resolve(n)));
    }

    private JsonNode resolve(JsonNode node) {
        JsonNode type = node;
        while (type.has("$ref")) {
            type = schema.at(type.path("$ref").asString().substring(1));
        }
        return type;
    }
}
