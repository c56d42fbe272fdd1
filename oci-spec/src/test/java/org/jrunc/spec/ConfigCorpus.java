package org.jrunc.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Good configurations, each with one thing changed: every property (of an array the first two elements) dropped, and
 * replaced by values of every type and by numbers at and beyond the borders of the types.
 */
final class ConfigCorpus {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ConfigCorpus() {
    }

    /**
     * A configuration with a change.
     *
     * @param pointer where
     * @param change  what, to name it in a failure
     * @param config  the result
     */
    record Mutant(String pointer, String change, JsonNode config) {
        @Override
        public String toString() {
            return pointer + " " + change;
        }
    }

    static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }

    static List<Mutant> mutants(String json) {
        List<Mutant> mutants = new ArrayList<>();
        JsonNode root = parse(json);
        visit(root, root, "", mutants);
        return mutants;
    }

    /** Changes {@code node}, which is part of {@code root}, and puts it back as it was. */
    private static void visit(JsonNode root, JsonNode node, String pointer, List<Mutant> mutants) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                String child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                JsonNode original = object.get(name);
                object.remove(name);
                mutants.add(new Mutant(child, "dropped", root.deepCopy()));
                for (JsonNode replacement : replacements()) {
                    object.set(name, replacement);
                    mutants.add(new Mutant(child, "= " + replacement, root.deepCopy()));
                }
                object.set(name, original);
                visit(root, original, child, mutants);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < Math.min(2, array.size()); i++) {
                JsonNode original = array.get(i);
                for (JsonNode replacement : replacements()) {
                    array.set(i, replacement);
                    mutants.add(new Mutant(pointer + "/" + i, "= " + replacement, root.deepCopy()));
                }
                array.set(i, original);
                visit(root, original, pointer + "/" + i, mutants);
            }
        }
    }

    private static List<JsonNode> replacements() {
        BigInteger two = BigInteger.TWO;
        List<JsonNode> values = new ArrayList<>(List.of(NODES.nullNode(), NODES.booleanNode(true),
                NODES.stringNode("x"), NODES.stringNode(""), NODES.stringNode("1"), NODES.numberNode(1.5),
                NODES.arrayNode(), NODES.arrayNode().add(7), NODES.arrayNode().add(NODES.objectNode()),
                NODES.objectNode(), NODES.objectNode().put("x", 7)));
        for (BigInteger number : List.of(BigInteger.ZERO, BigInteger.ONE.negate(), two.pow(16), two.pow(32),
                two.pow(31), two.pow(63), two.pow(64), two.pow(63).negate().subtract(BigInteger.ONE))) {
            values.add(NODES.numberNode(number));
            if (number.signum() > 0) {
                values.add(NODES.numberNode(number.subtract(BigInteger.ONE)));
            }
        }
        return values;
    }
}
