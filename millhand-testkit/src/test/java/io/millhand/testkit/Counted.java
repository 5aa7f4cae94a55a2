package io.millhand.testkit;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Flow;
import java.util.function.LongConsumer;

/// Says after each item the how manyth it was.
final class Counted<T> implements Flow.Subscriber<T> {
    private final Flow.Subscriber<? super T> subscriber;
    private final LongConsumer told;

    // Signals come one after another.

    private long count;

    Counted(Flow.Subscriber<? super T> subscriber, LongConsumer told) {
        this.subscriber = requireNonNull(subscriber, "subscriber");
        this.told = told;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscriber.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
        subscriber.onNext(item);
        told.accept(++count);
    }

    @Override
    public void onError(Throwable throwable) {
        subscriber.onError(throwable);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
    }
}
