package io.millhand.cli;

import io.millhand.Attempt;
import io.millhand.Outcome;
import io.millhand.TaskHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// One JSON object for each input, one on a line, whatever its outcome. The first endings that are no success are also
/// told on the display.
final class JsonLinesSink implements ResultSink {

    private static final int BUFFER = 64 * 1024;
    private static final int SHOWN = 10;

    private final OutputStream stream;
    private final Display display;
    private final StringBuilder waiting = new StringBuilder();
    private int notShown = SHOWN;

    JsonLinesSink(OutputStream stream, Display display) {
        this.stream = stream;
        this.display = display;
    }

    @Override
    public void accept(TaskHandle<String> handle, Outcome<String> outcome) throws IOException {
        append(handle.task().name(), outcome, handle.attempts(), waiting);
        waiting.append('\n');
        if (!(outcome instanceof Outcome.Succeeded) && notShown > 0) {
            display.line(StdoutSink.failure(handle, outcome));
            if (--notShown == 0) {
                display.line("millhand: further inputs without a result are told in the output file only");
            }
        }
        if (waiting.length() >= BUFFER) {
            flush();
        }
    }

    static void append(String input, Outcome<String> outcome, List<Attempt> attempts, StringBuilder out) {
        var members = new Members(out);
        members.text("input", input);
        members.text("outcome", OutcomeText.key(OutcomeText.ending(outcome)));
        if (outcome instanceof Outcome.Succeeded<String>(var value)) {
            members.name("value").append(value); // JSON since the child
        } else {
            OutcomeText.error(outcome, members.name("error"));
        }
        members.number("attempts", attempts.size());
        long nanos = attempts.stream()
                .mapToLong(attempt -> attempt.elapsed().toNanos())
                .sum();
        members.name("millis").append(millis(nanos));
        var each = members.name("attemptMillis");
        char separator = '[';
        for (var attempt : attempts) {
            each.append(separator).append(millis(attempt.elapsed().toNanos()));
            separator = ',';
        }
        each.append(attempts.isEmpty() ? "[]" : "]");
        members.end();
    }

    /// With the microseconds behind the point.
    private static String millis(long nanos) {
        long micros = nanos / 1_000;
        return micros / 1_000 + String.format(Locale.ROOT, ".%03d", micros % 1_000);
    }

    @Override
    public void flush() throws IOException {
        if (!waiting.isEmpty()) {
            byte[] bytes = waiting.toString().getBytes(StandardCharsets.UTF_8);
            waiting.setLength(0);
            stream.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            flush();
        }
    }
}
