package io.millhand;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gathers values until something has not succeeded, and then what else has not. One thread.
///
/// @param <T> the type of the results
final class OutcomeValues<T extends @Nullable Object> {

    private static final int MOST_INDICES = 100;
    private static final int MOST_CAUSES = 10;

    private final List<T> values = new ArrayList<>();
    private final List<Long> indices = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();
    private long count;
    private long failed;

    List<T> read(Iterable<? extends Outcome<T>> outcomes) {
        for (var outcome : outcomes) {
            switch (outcome) {
                case Outcome.Succeeded<T>(var value) -> add(value);
                case Outcome.Failed<T> _, Outcome.TimedOut<T> _, Outcome.Crashed<T> _, Outcome.Cancelled<T> _ ->
                    fail(TaskHandleImpl.exceptionOf(outcome));
            }
            count++;
        }
        if (failed > 0) {
            throw failure();
        }
        return Collections.unmodifiableList(values);
    }

    private void add(T value) {
        if (failed == 0) {
            values.add(value);
        }
    }

    private void fail(Throwable cause) {
        values.clear(); // nobody gets them any more
        failed++;
        if (indices.size() < MOST_INDICES) {
            indices.add(count);
        }
        if (causes.size() < MOST_CAUSES) {
            causes.add(cause);
        }
    }

    private CompletionException failure() {
        String which = indices.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String more = failed > indices.size() ? " and " + (failed - indices.size()) + " more" : "";
        var failure = new CompletionException(
                failed + " of " + count + " tasks did not succeed, those at index " + which + more, causes.getFirst());
        causes.stream().skip(1).forEach(failure::addSuppressed);
        return failure;
    }
}
