package io.millhand.stress;

import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the items of a task of the plan, which are numbers from 0, a few at a time.
final class StreamReader implements Flow.Subscriber<Object> {

    private final int number;
    private final Consumer<String> onEnd;
    private final int demand;

    // Signals come one after another.

    private Flow.@Nullable Subscription subscription;
    private int read;
    private String problem = "";

    /// @param number of the task
    /// @param onEnd is told what was wrong with the items, or an empty text
    StreamReader(int number, Consumer<String> onEnd) {
        this.number = number;
        this.onEnd = onEnd;
        demand = 1 + number % 500;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(demand);
    }

    @Override
    public void onNext(Object item) {
        if (problem.isEmpty() && !item.equals(read)) {
            problem = "task " + number + " streamed " + item + " in place of " + read;
        }
        read++;
        if (read % demand == 0 && subscription != null) {
            subscription.request(demand);
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (read > Fate.itemsOf(number)) {
            problem = "task " + number + " streamed " + read + " items";
        }
        onEnd.accept(problem);
    }

    @Override
    public void onComplete() {
        if (read != Fate.itemsOf(number)) {
            problem = "task " + number + " streamed " + read + " items of " + Fate.itemsOf(number) + " and succeeded";
        }
        onEnd.accept(problem);
    }
}
