package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    private static JsonWriter sample(JsonWriter json) {
        return json.beginObject().property("s", "x").property("n", -1).name("u").unsigned(-1).property("b", true)
                .name("z").nullValue().property("l", List.of("a", "b")).property("none", List.of())
                .property("m", Map.of("k", "v")).property("empty", Map.of())
                .name("o").beginArray().beginObject().endObject().beginArray().value(1).endArray().endArray()
                .endObject();
    }

    @Test
    void compactIsOneLineWithoutSpaces() {
        assertEquals("{\"s\":\"x\",\"n\":-1,\"u\":18446744073709551615,\"b\":true,\"z\":null,\"l\":[\"a\",\"b\"],"
                + "\"none\":[],\"m\":{\"k\":\"v\"},\"empty\":{},\"o\":[{},[1]]}",
                sample(JsonWriter.compact()).toString());
    }

    @Test
    void indentedIsALinePerValueButEmptyContainersStayShort() {
        assertEquals("""
                {
                  "s": "x",
                  "n": -1,
                  "u": 18446744073709551615,
                  "b": true,
                  "z": null,
                  "l": [
                    "a",
                    "b"
                  ],
                  "none": [],
                  "m": {
                    "k": "v"
                  },
                  "empty": {},
                  "o": [
                    {},
                    [
                      1
                    ]
                  ]
                }""", sample(JsonWriter.indented("  ")).toString());
    }

    @Test
    void escapesWhatGoEscapesAndNoSlashes() {
        assertEquals("\"/ \\\" \\\\ \\n\\r\\t\\b\\f \\u0000\\u001f \\u003ca\\u003e\\u0026 \u007f é \\u2028 😀\"",
                JsonWriter.compact().value("/ \" \\ \n\r\t\b\f \0\u001f <a>& \u007f é \u2028 😀").toString());
    }

    @Test
    void bytesAreUtf8() {
        assertArrayEquals("\"é\"".getBytes(StandardCharsets.UTF_8), JsonWriter.compact().value("é").toBytes());
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        String nasty = "a\"\\/\b\f\n\r\t\u0000<>& é😀\u2029";
        LocatedJson json = LocatedJson.parse(sample(JsonWriter.indented("\t")).toBytes(), "x");
        assertEquals(-1, json.uint64("u"));
        assertEquals(List.of("a", "b"), json.strings("l"));
        assertEquals(nasty, LocatedJson.parse(JsonWriter.compact().value(nasty).toBytes(), "x").string());
    }
}
