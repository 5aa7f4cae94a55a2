package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireTest {

    static final Terms TERMS = new Terms(5, Optional.of(ProgressRules.conventional()));

    static final Message MESSAGE = new Message(
            1,
            1,
            "queue#1",
            Message.Kind.LOG,
            System.Logger.Level.WARNING,
            "com.acme.Job",
            "main",
            Instant.ofEpochSecond(1_700_000_000, 123_000),
            "a \u0000 text\nof two lines",
            Map.of("user", "eve", "", ""),
            "java.lang.Error\n\tat ...",
            0);

    static byte[] twoMessages() {
        return Wire.write(out -> {
            MessageFrame.write(MESSAGE, out);
            MessageFrame.write(MESSAGE, out);
        });
    }

    @Test
    void readsMessagesAsTheyWereWritten() throws IOException {
        var read = new ArrayList<Message>();
        MessageFrame.decode(new Frame(FrameKind.MESSAGE, 1, 1, twoMessages()), "queue#1", read::add);
        assertThat(read).containsExactly(MESSAGE, MESSAGE);
    }

    @Test
    void refusesAMessageOfNoKind() {
        byte[] body = twoMessages();
        body[0] = 17;
        assertThatThrownBy(() -> MessageFrame.decode(new Frame(FrameKind.MESSAGE, 1, 1, body), "", _ -> {}))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("kind of a message must be 0 to 4, was 17");
    }

    @Test
    void refusesANumberOfEntriesThatTheBodyCannotHold() {
        byte[] body = Wire.write(out -> MessageFrame.write(MESSAGE, out));
        int count = body.length - 4 * Integer.BYTES - "usereve".length() - Integer.BYTES;
        for (int wrong : new int[] {Integer.MAX_VALUE, 3, -1}) {
            ByteBuffer.wrap(body).putInt(count, wrong);
            assertThatThrownBy(() -> MessageFrame.decode(new Frame(FrameKind.MESSAGE, 1, 1, body), "", _ -> {}))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("number of entries of a message must be 0 to 2 in 23 bytes, was " + wrong);
        }
    }

    @Test
    void readsTheEntriesOfAContextInTheirOrder() throws IOException {
        Map<String, String> context = new LinkedHashMap<>();
        for (int i = 0; i < 64; i++) {
            context.put("key" + i, "value\u0000" + i);
        }
        var message = new Message(
                1, 1, "queue#1", Message.Kind.LOG, System.Logger.Level.INFO, "", "", Instant.EPOCH, "", context, "", 0);
        byte[] body = Wire.write(out -> MessageFrame.write(message, out));
        var read = new ArrayList<Message>();
        MessageFrame.decode(new Frame(FrameKind.MESSAGE, 1, 1, body), "queue#1", read::add);
        assertThat(read.getFirst().context()).containsExactlyEntriesOf(context);
    }

    @Test
    void readsAProgressAsItWasWritten() throws IOException {
        var progress = new Progress(3, 7, "the third");
        assertThat(ProgressFrame.decode(ProgressFrame.of(1, 1, progress))).isEqualTo(progress);
    }

    @Test
    void readsTheHeadOfAnAssignmentAsItWasWritten() throws IOException {
        var head = new Wire.AssignHead(7, "queue#1", "task", Map.of("key", "value", "", ""), 3, TERMS);

        assertThat(Wire.AssignHead.decode(new ByteArrayInputStream(head.encode())))
                .isEqualTo(head);
    }

    @Test
    void refusesARuleForProgressThatIsNoRegularExpression() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeLong(5);
        out.writeBoolean(true);
        for (String rule : List.of("total", "a)", "", "")) {
            Wire.writeText(out, rule);
        }

        assertThatThrownBy(() -> Terms.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a rule for progress must be a regular expression, was one of 2 characters: Unmatched"
                        + " closing ')'");
    }

    @Test
    void refusesANumberOfHeadersThatTheBodyCannotHold() {
        assertThatThrownBy(() -> decodeHeaders(Integer.MAX_VALUE))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("number of headers must be 0 to 1 in 8 bytes, was 2147483647");
        assertThatThrownBy(() -> decodeHeaders(-1)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesATextThatIsLongerThanWhatIsLeftOrNegative() {
        assertThatThrownBy(() -> Wire.decodeText(new byte[] {0, 0, 0, 2, 'x'}))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("text must have 0 to 1 bytes, had 2");
        assertThatThrownBy(() -> Wire.decodeText(new byte[] {-1, -1, -1, -1})).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesABodyThatEndsTooEarly() {
        assertThatThrownBy(() -> Wire.decodeText(new byte[] {0, 0}))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("body must go on with the length of a text of 4 bytes, had 2 left");
        assertThatThrownBy(() -> Wire.Welcome.decode(new byte[11])).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> MessageFrame.decode(Frame.of(FrameKind.MESSAGE), "", _ -> {}))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> ProgressFrame.decode(Frame.of(FrameKind.PROGRESS)))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Wire.Threw.decode(new byte[12])).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAWelcomeWithoutSlots() {
        assertThatThrownBy(() -> Wire.Welcome.decode(new Wire.Welcome(1, 0, false, true).encode()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("ceiling must be at least 0 and slots at least 1, were 1 and 0");
    }

    private static void decodeHeaders(int count) throws IOException {
        byte[] body = ByteBuffer.allocate(24).putInt(12, count).array();
        Wire.AssignHead.decode(new ByteArrayInputStream(body));
    }
}
