package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Message;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `System.out` or `System.err` of a child: sends whole lines to the parent, under the attempt that prints them.
final class TaskOutput extends OutputStream {

    /*
     * Any thread prints. Each attempt has a line of its own that is not at its end yet. The monitor guards those; a
     * thread that prints faster than the channel takes waits in it.
     */

    /// A longer line is cut.
    private static final int LINE_BYTES = Message.MOST_CHARS;

    /// What was printed of a line that has no end yet.
    private static final class Line {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long length;

        void add(byte[] from, int offset, int count) {
            bytes.write(from, offset, (int) Math.clamp(LINE_BYTES - length, 0L, count));
            length += count;
        }

        String text() {
            String text = bytes.toString(StandardCharsets.UTF_8);
            return length <= LINE_BYTES ? text : text + Message.mark(length, "bytes");
        }
    }

    private final Message.Kind kind;
    private final ChildMessages messages;

    /// By attempt; null stands for none.
    @GuardedBy("this")
    private final Map<@Nullable RunningAttempt, Line> lines = new HashMap<>();

    private TaskOutput(Message.Kind kind, ChildMessages messages) {
        this.kind = kind;
        this.messages = messages;
    }

    /// Puts both in their places.
    static TaskOutput[] install(ChildMessages messages) {
        var out = new TaskOutput(Message.Kind.OUT, messages);
        var err = new TaskOutput(Message.Kind.ERR, messages);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        return new TaskOutput[] {out, err};
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        var attempt = messages.current();
        var line = lines.computeIfAbsent(attempt, _ -> new Line());
        int begin = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                line.add(bytes, begin, i - begin);
                messages.printed(attempt, kind, line.text());
                line = new Line();
                begin = i + 1;
            }
        }
        line.add(bytes, begin, offset + length - begin);
        if (line.length == 0) {
            lines.remove(attempt);
        } else {
            lines.put(attempt, line);
        }
    }

    /// Sends what the attempt has printed without an end of line.
    synchronized void end(@Nullable RunningAttempt attempt) {
        var rest = lines.remove(attempt);
        if (rest != null) {
            messages.printed(attempt, kind, rest.text());
        }
    }

    /// Sends what anybody has printed without an end of line.
    synchronized void endAll() {
        List.copyOf(lines.entrySet())
                .forEach(entry ->
                        messages.printed(entry.getKey(), kind, entry.getValue().text()));
        lines.clear();
    }
}
