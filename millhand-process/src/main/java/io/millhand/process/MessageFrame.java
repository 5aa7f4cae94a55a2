package io.millhand.process;

import io.millhand.Message;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Messages of one attempt on their way from a child, one or several in a frame.
final class MessageFrame {

    /*
     *   0      1       2               10
     *   +------+-------+---------------+--------+--------+------+-----------+-------+---------------------
     *   | kind | level | microseconds  | thread | logger | text | throwable | count | count x (key, value)
     *   | byte | byte  | long          | text   | text   | text | text      | int   | texts
     *   +------+-------+---------------+--------+--------+------+-----------+-------+---------------------
     *   kind, level: the ordinals; microseconds: since 1970
     *   task, attempt: those of the frame; both 0 where no attempt says it
     */

    private static final Message.Kind[] KINDS = Message.Kind.values();
    private static final System.Logger.Level[] LEVELS = System.Logger.Level.values();
    private static final int FIXED_BYTES = 2 + Long.BYTES;

    /// The lengths of two texts.
    private static final int LEAST_PAIR_BYTES = 2 * Integer.BYTES;

    private MessageFrame() {}

    /// Writes a message behind others of the same attempt.
    @SuppressWarnings("EnumOrdinal") // both sides run one build
    static void write(Message message, DataOutputStream out) throws IOException {
        out.writeByte(message.kind().ordinal());
        out.writeByte(message.level().ordinal());
        out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, message.time()));
        Wire.writeText(out, message.thread());
        Wire.writeText(out, message.logger());
        Wire.writeText(out, message.text());
        Wire.writeText(out, message.throwable());
        out.writeInt(message.context().size());
        for (var entry : message.context().entrySet()) {
            Wire.writeText(out, entry.getKey());
            Wire.writeText(out, entry.getValue());
        }
    }

    /// @param worker the name that the worker has in this JVM
    /// @param each is told each message
    static void decode(Frame frame, String worker, Consumer<Message> each) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(frame.body()));
        do {
            each.accept(message(frame, worker, in));
        } while (in.available() > 0);
    }

    private static Message message(Frame frame, String worker, DataInputStream in) throws IOException {
        Wire.ensureLeft(in, FIXED_BYTES, "kind, level and time of a message");
        var kind = KINDS[ordinal(in.readByte(), KINDS.length, "kind of a message")];
        var level = LEVELS[ordinal(in.readByte(), LEVELS.length, "level of a message")];
        var time = time(in.readLong());
        String thread = Wire.readText(in);
        String logger = Wire.readText(in);
        String text = Wire.readText(in);
        String throwable = Wire.readText(in);
        return new Message(
                frame.task(),
                frame.attempt(),
                worker,
                kind,
                level,
                logger,
                thread,
                time,
                text,
                context(in),
                throwable,
                0);
    }

    private static int ordinal(byte ordinal, int count, String what) throws ProtocolException {
        if (ordinal < 0 || ordinal >= count) {
            throw new ProtocolException(what + " must be 0 to " + (count - 1) + ", was " + ordinal);
        }
        return ordinal;
    }

    private static Instant time(long micros) throws ProtocolException {
        try {
            return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProtocolException("time of a message must be a moment, was " + micros + " us: " + e.getMessage());
        }
    }

    private static Map<String, String> context(DataInputStream in) throws IOException {
        int count = Wire.readInt(in, "a number of entries");
        if (count < 0 || count > in.available() / LEAST_PAIR_BYTES) {
            throw new ProtocolException("number of entries of a message must be 0 to "
                    + in.available() / LEAST_PAIR_BYTES + " in " + in.available() + " bytes, was " + count);
        }
        if (count == 0) {
            return Map.of();
        }
        Map<String, String> context = LinkedHashMap.newLinkedHashMap(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            context.put(Wire.readText(in), Wire.readText(in));
        }
        return context;
    }
}
