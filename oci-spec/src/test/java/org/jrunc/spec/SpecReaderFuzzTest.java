package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the input, the outcome is a record or a {@link SpecException} whose message is one line. */
class SpecReaderFuzzTest {
    private static final int PER_FILE = 300;
    private static final String[] TOKENS = {"null", "true", "-1", "1e3", "18446744073709551616", "\"\"", "[]", "{}",
        "[{}]", "[null]", "{\"\":{}}", "\"\\u0000\"", "\"\\ud800\"", "\"/../..\"", "[[[[", "}", ",", ":", "\"", "\\"};

    private final Random random = new Random(25);

    @Test
    void mutatedBundlesNeverEscapeAsAnythingElse() throws IOException {
        int read = 0;
        int refused = 0;
        for (Path file : TestFiles.bundles()) {
            byte[] original = Files.readAllBytes(file);
            for (int i = 0; i < PER_FILE; i++) {
                if (outcomeIsASpec(mutate(original))) {
                    read++;
                } else {
                    refused++;
                }
            }
        }
        assertTrue(read > 100 && refused > 100, read + " read, " + refused + " refused");
    }

    @Test
    void randomBytesNeverEscapeAsAnythingElse() {
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            outcomeIsASpec(bytes);
        }
    }

    @Test
    void everyPrefixIsReportedAsUnfinished() {
        byte[] json = TestFiles.text("full.json").strip().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < json.length; length += 7) {
            assertEquals(false, outcomeIsASpec(Arrays.copyOf(json, length)));
        }
    }

    private boolean outcomeIsASpec(byte[] json) {
        try {
            Spec spec = SpecReader.read(json, "config.json");
            for (SpecException e : SpecValidator.check(spec)) {
                checkMessage(e, json);
            }
            return true;
        } catch (SpecException e) {
            checkMessage(e, json);
            return false;
        } catch (RuntimeException | Error e) {
            return fail("seed 25 found: " + new String(json, StandardCharsets.UTF_8), e);
        }
    }

    private static void checkMessage(SpecException e, byte[] json) {
        for (char c : e.getMessage().toCharArray()) {
            assertTrue(c >= ' ' && c != 0x7f, () -> "a control character in: " + e.getMessage());
        }
        assertTrue(e.getMessage().length() < 2000, () -> "too long: " + e.getMessage());
        assertTrue(e.line() <= 1 + json.length);
    }

    private byte[] mutate(byte[] original) {
        List<String> tokens = List.of(TOKENS);
        String text = new String(original, StandardCharsets.UTF_8);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text = text.substring(0, at) + (char) random.nextInt(0x180) + text.substring(at + 1);
                case 1 -> {
                    int end = Math.min(text.length(), at + random.nextInt(9));
                    text = text.substring(0, at) + text.substring(end);
                }
                default -> text = replaceValue(text, at, tokens.get(random.nextInt(tokens.size())));
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Puts {@code token} in place of the value after the first colon from {@code at} on. */
    private static String replaceValue(String text, int at, String token) {
        int start = text.indexOf(':', at) + 1;
        int end = start;
        while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(0, start) + token + text.substring(end);
    }
}
