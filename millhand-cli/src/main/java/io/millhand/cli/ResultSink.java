package io.millhand.cli;

import io.millhand.Outcome;
import io.millhand.TaskHandle;
import java.io.IOException;

/// Takes results one by one, from one thread.
interface ResultSink extends AutoCloseable {

    /// Takes the result of a task that has ended; it may stay in a buffer.
    void accept(TaskHandle<String> handle, Outcome<String> outcome) throws IOException;

    /// Writes what was taken so far.
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
