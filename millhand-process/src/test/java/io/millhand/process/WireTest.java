package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {

    @Test
    void readsTheHeadOfAnAssignmentAsItWasWritten() throws IOException {
        var head = new Wire.AssignHead("queue#1", "task", Map.of("key", "value", "", ""), 3);

        assertThat(Wire.AssignHead.decode(new ByteArrayInputStream(head.encode())))
                .isEqualTo(head);
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
        assertThatThrownBy(() -> Wire.Printed.decode(new byte[0])).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Wire.Threw.decode(new byte[12])).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAWelcomeWithoutSlots() {
        assertThatThrownBy(() -> Wire.Welcome.decode(new Wire.Welcome(1, 0, false, true).encode()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("ceiling must be at least 0 and slots at least 1, were 1 and 0");
    }

    private static void decodeHeaders(int count) throws IOException {
        byte[] body = ByteBuffer.allocate(20).putInt(8, count).array();
        Wire.AssignHead.decode(new ByteArrayInputStream(body));
    }
}
