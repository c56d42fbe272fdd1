package org.jrunc.criu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

/** The encoding, against bytes as protobuf's documentation has them. */
class MessageTest {

    @Test
    void writesWhatTheDocumentationOfProtocolBuffersShows() {
        assertBytes("089601", new Message().number(1, 150));
        assertBytes("120774657374696e67", new Message().text(2, "testing"));
        assertBytes("1a03089601", new Message().message(3, new Message().number(1, 150)));
        assertBytes("08feffffffffffffffff01", new Message().number(1, -2));
    }

    @Test
    void aFlagThatIsNotSetIsNotThere() {
        assertBytes("", new Message().flag(3, false));
        assertBytes("1801", new Message().flag(3, true));
        assertBytes("b00301", new Message().flag(54, true));
    }

    private static void assertBytes(String hex, Message message) {
        assertArrayEquals(HexFormat.of().parseHex(hex), message.toBytes());
    }

    @Test
    void readsWhatItWrites() {
        Fields fields = new Fields(new Message().number(1, 6).flag(2, true).number(7, -22)
                .message(5, new Message().text(1, "post-restore").number(2, 70000)).text(9, "märz").toBytes());
        assertEquals(6, fields.number(1));
        assertEquals(1, fields.number(2));
        assertEquals(-22, fields.number(7));
        assertEquals("post-restore", fields.message(5).text(1));
        assertEquals(70000, fields.message(5).number(2));
        assertEquals("märz", fields.text(9));
        assertEquals(0, fields.number(4));
        assertEquals("", fields.text(8));
    }

    @Test
    void skipsNumbersOfFixedSize() {
        Fields fields = new Fields(HexFormat.of().parseHex("09" + "0102030405060708" + "15" + "01020304" + "1807"));
        assertEquals(7, fields.number(3));
    }

    @Test
    void refusesWhatIsCutOff() {
        for (String hex : new String[] {"08", "0896", "1207746573", "12ffffffffffffffff7f", "0b"}) {
            assertThrows(RuntimeFailure.class, () -> new Fields(HexFormat.of().parseHex(hex)), hex);
        }
    }
}
