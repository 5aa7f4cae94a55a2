package io.millhand.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A subscriber that asks for nothing by itself and remembers what it is told.
final class Collector<T> implements Flow.Subscriber<T> {

    @GuardedBy("this")
    private final List<T> values = new ArrayList<>();

    @GuardedBy("this")
    private Flow.@Nullable Subscription subscription;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    @GuardedBy("this")
    private boolean over;

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
    }

    @Override
    public synchronized void onNext(T value) {
        values.add(value);
    }

    @Override
    public synchronized void onError(Throwable cause) {
        failure = cause;
        over = true;
    }

    @Override
    public synchronized void onComplete() {
        over = true;
    }

    /// Waits for it.
    Flow.Subscription subscription() {
        Await.until("the subscription", () -> subscribed() != null);
        var given = subscribed();
        if (given == null) {
            throw new AssertionError("not subscribed");
        }
        return given;
    }

    private synchronized Flow.@Nullable Subscription subscribed() {
        return subscription;
    }

    synchronized List<T> values() {
        return List.copyOf(values);
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }
}
