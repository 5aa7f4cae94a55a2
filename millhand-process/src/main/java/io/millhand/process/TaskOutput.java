package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `System.out` or `System.err` of a child: sends whole lines to the parent, under the attempt that prints them.
final class TaskOutput extends OutputStream {

    /*
     * Any thread prints. A line belongs to the attempt whose thread prints it, or whose thread started the one that
     * does; where that tells nothing and only one attempt runs, to that. Each attempt has a line of its own that is not
     * at its end yet. The monitor guards those; a thread that prints faster than the parent reads waits in it.
     */

    /// A longer line is cut into several.
    private static final int LINE_BYTES = 16 * 1024;

    /// The attempt that this thread or the one that started it works for. May be over.
    private static final InheritableThreadLocal<@Nullable RunningAttempt> CURRENT = new InheritableThreadLocal<>();

    private final boolean isError;
    private final FrameChannel channel;
    private final Set<RunningAttempt> running;

    /// By attempt; null stands for none.
    @GuardedBy("this")
    private final Map<@Nullable RunningAttempt, ByteArrayOutputStream> lines = new HashMap<>();

    private TaskOutput(boolean isError, FrameChannel channel, Set<RunningAttempt> running) {
        this.isError = isError;
        this.channel = channel;
        this.running = running;
    }

    /// Puts both in their places.
    ///
    /// @param running the attempts that run now
    static TaskOutput[] install(FrameChannel channel, Set<RunningAttempt> running) {
        var out = new TaskOutput(false, channel, running);
        var err = new TaskOutput(true, channel, running);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        return new TaskOutput[] {out, err};
    }

    /// This thread, and those that it will start, work for the attempt.
    static void enter(RunningAttempt attempt) {
        CURRENT.set(attempt);
    }

    static void exit() {
        CURRENT.remove();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        var attempt = current();
        var line = lines.computeIfAbsent(attempt, _ -> new ByteArrayOutputStream());
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != '\n') {
                line.write(bytes[i]);
            }
            if (bytes[i] == '\n' || line.size() >= LINE_BYTES) {
                send(attempt, line);
            }
        }
        if (line.size() == 0) {
            lines.remove(attempt);
        }
    }

    private @Nullable RunningAttempt current() {
        var own = CURRENT.get();
        if (own != null && !own.isOver()) {
            return own;
        }
        var others = running.iterator();
        var first = others.hasNext() ? others.next() : null;
        return others.hasNext() ? null : first;
    }

    private void send(@Nullable RunningAttempt attempt, ByteArrayOutputStream line) {
        var printed = new Wire.Printed(isError, line.toString(StandardCharsets.UTF_8));
        line.reset();
        long task = attempt == null ? 0 : attempt.taskId();
        int number = attempt == null ? 0 : attempt.attempt();
        channel.sendSlowly(new Frame(FrameKind.PRINTED, task, number, printed.encode()));
    }

    /// Sends what the attempt has printed without an end of line.
    synchronized void end(@Nullable RunningAttempt attempt) {
        var rest = lines.remove(attempt);
        if (rest != null) {
            send(attempt, rest);
        }
    }

    /// Sends what anybody has printed without an end of line.
    synchronized void endAll() {
        List.copyOf(lines.entrySet()).forEach(entry -> send(entry.getKey(), entry.getValue()));
        lines.clear();
    }
}
