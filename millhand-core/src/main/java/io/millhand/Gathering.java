package io.millhand;

import java.util.concurrent.CompletionException;
import java.util.stream.Gatherer.Downstream;
import org.jspecify.annotations.Nullable;

/// The state of `mapping` in one stream: inputs are pushed in, and what has ended is pushed on.
///
/// @param pushed the inputs
/// @param results made of them
record Gathering<T extends @Nullable Object, R extends @Nullable Object>(
        PushedInlet<T> pushed, WindowedResults<T, R> results) {

    /// Returns when the input is under way; waits for a result where the window is full.
    boolean integrate(T input, Downstream<? super R> downstream) {
        pushed.push(input);
        while (true) {
            switch (results.step()) {
                case Step.Element<R>(var value) -> {
                    if (!downstream.push(value)) {
                        results.close();
                        return false;
                    }
                }
                case Step.NotYet<R> _, Step.Skipped<R> _ -> {
                    if (pushed.isEmpty()) {
                        return true;
                    }
                    awaitSignal();
                }
                case Step.End<R> _ -> {
                    return false;
                }
            }
        }
    }

    private void awaitSignal() {
        try {
            results.awaitSignal();
        } catch (InterruptedException e) {
            results.close();
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for a result; the rest is cancelled", e);
        }
    }

    void finish(Downstream<? super R> downstream) {
        pushed.end();
        while (!downstream.isRejecting()) {
            if (!(results.await() instanceof Step.Element<R>(var value)) || !downstream.push(value)) {
                break;
            }
        }
        results.close();
    }
}
