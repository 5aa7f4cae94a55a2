package io.millhand.process;

import io.millhand.BackOff;
import io.millhand.RemoteTaskException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The bodies of frames.
final class Wire {

    /// Texts in frames are cut here: a stack trace of a deep recursion is no payload.
    static final int TEXT_BYTES = 256 * 1024;

    /// The lengths of two texts.
    private static final int LEAST_HEADER_BYTES = 2 * Integer.BYTES;

    private Wire() {}

    /// What a WELCOME frame says.
    ///
    /// @param ceiling how many bytes an answer may have
    /// @param slots how many attempts the child may get at a time
    /// @param nesting whether tasks may open child JVMs of their own
    /// @param guarded whether somebody else kills the child when its parent is dead
    record Welcome(long ceiling, int slots, boolean nesting, boolean guarded) {

        byte[] encode() {
            return write(out -> {
                out.writeLong(ceiling);
                out.writeInt(slots);
                out.writeBoolean(nesting);
                out.writeBoolean(guarded);
            });
        }

        static Welcome decode(byte[] body) throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(body));
            ensureLeft(in, Long.BYTES, "a ceiling");
            long ceiling = in.readLong();
            int slots = readInt(in, "a number of slots");
            if (ceiling < 0 || slots < 1) {
                throw new ProtocolException(
                        "ceiling must be at least 0 and slots at least 1, were " + ceiling + " and " + slots);
            }
            ensureLeft(in, 2, "whether pools may be nested, and whether the child is guarded");
            return new Welcome(ceiling, slots, in.readBoolean(), in.readBoolean());
        }
    }

    /// What an ASSIGN frame says besides the encoded call, which follows it.
    ///
    /// @param known how many attempts the child had given back, as far as its parent knew
    /// @param worker the name of the worker that the child works for
    /// @param name of the task
    /// @param headers of the task
    /// @param loader who has its classes, see [ClassServer]
    /// @param terms what else it knows of itself
    record AssignHead(int known, String worker, String name, Map<String, String> headers, int loader, Terms terms) {

        byte[] encode() {
            return write(out -> {
                out.writeInt(known);
                writeText(out, worker);
                writeText(out, name);
                out.writeInt(headers.size());
                for (var header : headers.entrySet()) {
                    writeText(out, header.getKey());
                    writeText(out, header.getValue());
                }
                out.writeInt(loader);
                terms.writeTo(out);
            });
        }

        /// The first of what a body says.
        static int knownIn(byte[] body) throws ProtocolException {
            if (body.length < Integer.BYTES) {
                throw new ProtocolException("body of an attempt must have at least 4 bytes, had " + body.length);
            }
            return ByteBuffer.wrap(body).getInt();
        }

        /// Reads the head and leaves the stream at the encoded call.
        static AssignHead decode(InputStream body) throws IOException {
            var in = new DataInputStream(body);
            int known = readInt(in, "how many attempts were given back");
            String worker = readText(in);
            String name = readText(in);
            int count = readInt(in, "a number of headers");
            if (count < 0 || count > in.available() / LEAST_HEADER_BYTES) {
                throw new ProtocolException("number of headers must be 0 to " + in.available() / LEAST_HEADER_BYTES
                        + " in " + in.available() + " bytes, was " + count);
            }
            Map<String, String> headers = HashMap.newHashMap(Math.min(count, 64));
            for (int i = 0; i < count; i++) {
                headers.put(readText(in), readText(in));
            }
            int loader = readInt(in, "a class loader");
            return new AssignHead(known, worker, name, Map.copyOf(headers), loader, Terms.readFrom(in));
        }
    }

    /// What a parent must know of a failure without decoding it.
    ///
    /// @param exhausted whether memory had run out, see [Exhaustion]
    /// @param retryAfterNanos how long to leave the resource alone, negative where no [BackOff] was thrown
    /// @param lineage the names of the class that the parent will see and of its superclasses, the class first
    record Hints(boolean exhausted, long retryAfterNanos, List<String> lineage) {

        /// The names of a deeper one are cut.
        private static final int LINEAGE_BYTES = 16 * 1024;

        private static final int FIXED_BYTES = 1 + Long.BYTES;

        static Hints of(Throwable cause) {
            long nanos = cause instanceof BackOff backOff ? TimeUnit.NANOSECONDS.convert(backOff.retryAfter()) : -1;
            return new Hints(Exhaustion.isIn(cause), nanos, lineage(cause.getClass()));
        }

        /// Of a result that cannot travel.
        static Hints ofUntransferable(Throwable cause) {
            return new Hints(Exhaustion.isIn(cause), -1, lineage(RemoteTaskException.class));
        }

        private static List<String> lineage(Class<?> thrown) {
            return Stream.<Class<?>>iterate(thrown, each -> each != Object.class, Class::getSuperclass)
                    .map(Class::getName)
                    .toList();
        }

        void writeTo(DataOutputStream out) throws IOException {
            out.writeBoolean(exhausted);
            out.writeLong(retryAfterNanos);
            writeText(out, String.join("\n", lineage), LINEAGE_BYTES);
        }

        static Hints readFrom(DataInputStream in) throws IOException {
            ensureLeft(in, FIXED_BYTES, "hints");
            return new Hints(in.readBoolean(), in.readLong(), names(readText(in)));
        }

        /// No name of a class has a line end.
        private static List<String> names(String text) {
            return text.lines().toList();
        }

        /// Of a body that may be damaged: then nobody knows.
        static List<String> lineageIn(byte[] body) {
            if (body.length < FIXED_BYTES + Integer.BYTES) {
                return List.of();
            }
            int length = ByteBuffer.wrap(body).getInt(FIXED_BYTES);
            int from = FIXED_BYTES + Integer.BYTES;
            boolean fits = length >= 0 && length <= Math.min(LINEAGE_BYTES, body.length - from);
            return fits ? names(new String(body, from, length, StandardCharsets.UTF_8)) : List.of();
        }
    }

    /// What a THREW frame says: the failure as text, which always fits, and encoded where it could be.
    ///
    /// @param hints what the parent must know of it without decoding
    /// @param className of what was thrown, or of what could not travel
    /// @param message of it
    /// @param stack as `printStackTrace` has it, causes included
    /// @param frames of its own stack trace
    /// @param encoded the throwable; empty where it cannot travel
    @SuppressWarnings("ArrayRecordComponent") // payloads are handed on, not copied, and never compared
    record Threw(
            Hints hints, String className, String message, String stack, StackTraceElement[] frames, byte[] encoded) {

        private static final int MOST_FRAMES = 1024;

        /// Of the name of a class, a method or a file. A stack trace may be the user's own invention.
        private static final int NAME_BYTES = 1024;

        /// All but the encoded throwable: a failure that is told in text is never too large to be told.
        static final int MOST_TEXT_BYTES = Hints.FIXED_BYTES
                + 4
                + Hints.LINEAGE_BYTES
                + 3 * (4 + TEXT_BYTES)
                + 4
                + MOST_FRAMES * (3 * (4 + NAME_BYTES) + 4);

        byte[] encode() {
            return write(out -> {
                hints.writeTo(out);
                writeText(out, className);
                writeText(out, message);
                writeText(out, stack);
                // A getStackTrace of the user's may answer anything.
                var told = Arrays.stream(frames)
                        .filter(Objects::nonNull)
                        .limit(MOST_FRAMES)
                        .toList();
                out.writeInt(told.size());
                for (var frame : told) {
                    writeText(out, frame.getClassName(), NAME_BYTES);
                    writeText(out, frame.getMethodName(), NAME_BYTES);
                    writeText(out, Objects.requireNonNullElse(frame.getFileName(), ""), NAME_BYTES);
                    out.writeInt(frame.getLineNumber());
                }
                out.write(encoded);
            });
        }

        /// Whether the frame says so; nothing else of it is read.
        static boolean isExhausted(Frame frame) {
            return frame.kind() == FrameKind.THREW && frame.body().length > 0 && frame.body()[0] != 0;
        }

        /// The hints of a body that may be damaged: then there are none.
        static Optional<BackOff> backOff(byte[] body) {
            if (body.length < Hints.FIXED_BYTES) {
                return Optional.empty();
            }
            long nanos = ByteBuffer.wrap(body).getLong(1);
            return nanos < 0 ? Optional.empty() : Optional.of(new BackOff(Duration.ofNanos(nanos)));
        }

        static Threw decode(byte[] body) throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(body));
            var hints = Hints.readFrom(in);
            String className = readText(in);
            String message = readText(in);
            String stack = readText(in);
            int count = readInt(in, "a number of frames");
            if (count < 0 || count > MOST_FRAMES) {
                throw new ProtocolException("a stack trace must have 0 to " + MOST_FRAMES + " frames, had " + count);
            }
            var frames = new StackTraceElement[count];
            for (int i = 0; i < count; i++) {
                String declaring = readText(in);
                String method = readText(in);
                String file = readText(in);
                int line = readInt(in, "a line number");
                frames[i] = new StackTraceElement(declaring, method, file.isEmpty() ? null : file, line);
            }
            return new Threw(hints, className, message, stack, frames, in.readAllBytes());
        }
    }

    static byte[] encodeInt(int value) {
        return write(out -> out.writeInt(value));
    }

    static byte[] encodeText(String text) {
        return write(out -> writeText(out, text));
    }

    static String decodeText(byte[] body) throws IOException {
        return readText(new DataInputStream(new ByteArrayInputStream(body)));
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        writeText(out, text, TEXT_BYTES);
    }

    private static void writeText(DataOutputStream out, String text, int ceiling) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, ceiling);
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    static String readText(DataInputStream in) throws IOException {
        int length = readInt(in, "the length of a text");
        int most = Math.min(in.available(), TEXT_BYTES);
        if (length < 0 || length > most) {
            throw new ProtocolException("text must have 0 to " + most + " bytes, had " + length);
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    static int readInt(DataInputStream in, String what) throws IOException {
        ensureLeft(in, Integer.BYTES, what);
        return in.readInt();
    }

    static void ensureLeft(DataInputStream in, int bytes, String what) throws IOException {
        if (in.available() < bytes) {
            throw new ProtocolException(
                    "body must go on with " + what + " of " + bytes + " bytes, had " + in.available() + " left");
        }
    }

    @FunctionalInterface
    interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    static byte[] write(Body body) {
        var bytes = new ByteArrayOutputStream();
        try {
            body.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }
}
