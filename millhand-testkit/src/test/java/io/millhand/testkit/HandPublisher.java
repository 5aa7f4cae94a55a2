package io.millhand.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A publisher that a test moves by hand, and that may break the rules.
final class HandPublisher<T> implements Flow.Publisher<T> {

    private final AtomicReference<Flow.@Nullable Subscriber<? super T>> subscriber = new AtomicReference<>();
    private final AtomicLong requested = new AtomicLong();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public void subscribe(Flow.Subscriber<? super T> given) {
        subscriber.set(given);
        given.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                requested.addAndGet(count);
            }

            @Override
            public void cancel() {
                cancelled.countDown();
            }
        });
    }

    Flow.Subscriber<? super T> subscriber() {
        var given = subscriber.get();
        if (given == null) {
            throw new AssertionError("nobody has subscribed");
        }
        return given;
    }

    @SafeVarargs
    final void send(T... items) {
        for (var item : items) {
            subscriber().onNext(item);
        }
    }

    void complete() {
        subscriber().onComplete();
    }

    void fail(Throwable cause) {
        subscriber().onError(cause);
    }

    long requested() {
        return requested.get();
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }
}
