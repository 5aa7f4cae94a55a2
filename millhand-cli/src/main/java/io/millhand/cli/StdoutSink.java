package io.millhand.cli;

import io.millhand.Outcome;
import io.millhand.TaskHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// One line for each result on the standard output, in UTF-8; other endings as a line on the display.
final class StdoutSink implements ResultSink {

    private static final int BUFFER = 64 * 1024;

    private final OutputStream stream;
    private final Display display;
    private final StringBuilder waiting = new StringBuilder();

    StdoutSink(OutputStream stream, Display display) {
        this.stream = stream;
        this.display = display;
    }

    @Override
    public void accept(TaskHandle<String> handle, Outcome<String> outcome) throws IOException {
        if (outcome instanceof Outcome.Succeeded<String>(var value)) {
            waiting.append(value).append('\n');
            if (waiting.length() >= BUFFER) {
                flush();
            }
        } else {
            display.line(failure(handle, outcome));
        }
    }

    static String failure(TaskHandle<?> handle, Outcome<?> outcome) {
        int attempts = handle.attempts().size();
        return "millhand: " + failure(handle.task().name(), outcome)
                + (attempts > 1 ? " (after " + attempts + " attempts)" : "");
    }

    static String failure(String taskName, Outcome<?> outcome) {
        return OutcomeText.oneLine(taskName) + ": " + OutcomeText.words(OutcomeText.ending(outcome)) + ": "
                + OutcomeText.oneLine(OutcomeText.reason(outcome));
    }

    @Override
    public void flush() throws IOException {
        if (!waiting.isEmpty()) {
            byte[] bytes = waiting.toString().getBytes(StandardCharsets.UTF_8);
            waiting.setLength(0);
            display.results(() -> stream.write(bytes));
        }
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
