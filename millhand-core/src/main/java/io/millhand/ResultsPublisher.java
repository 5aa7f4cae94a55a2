package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Results, or items, pushed to one subscriber.
final class ResultsPublisher<E extends @Nullable Object> implements Flow.Publisher<E> {

    private final Steps<E> results;
    private final Executor callbacks;
    private final AtomicBoolean taken = new AtomicBoolean();

    ResultsPublisher(Steps<E> results, Executor callbacks) {
        this.results = results;
        this.callbacks = callbacks;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super E> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (!taken.compareAndSet(false, true)) {
            refuse(subscriber, "results have one subscriber, and this would be the second");
            return;
        }
        var subscription = new Subscription(subscriber);
        results.onSignal(subscription::wake);
        subscription.wake();
    }

    static void refuse(Flow.Subscriber<?> subscriber, String why) {
        subscriber.onSubscribe(new Refused());
        subscriber.onError(new IllegalStateException(why));
    }

    private record Refused() implements Flow.Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }

    private final class Subscription implements Flow.Subscription {

        /*
         * Signals come from any thread: the results', demand, cancel. They are acted on by drain(), on the callback
         * executor, one at a time: `draining` is true while it is scheduled or runs, `again` if there was a signal
         * meanwhile. drain() is also the reader of the results. The monitor guards all fields but those of the drain.
         */

        @GuardedBy("this")
        private Flow.@Nullable Subscriber<? super E> subscriber;

        @GuardedBy("this")
        private long demand;

        @GuardedBy("this")
        private boolean illegalRequest;

        @GuardedBy("this")
        private boolean draining;

        @GuardedBy("this")
        private boolean again;

        /// Drain only.
        private boolean subscribed;

        /// Drain only: read, and not asked for yet.
        private @Nullable Step<E> ahead;

        Subscription(Flow.Subscriber<? super E> subscriber) {
            this.subscriber = subscriber;
        }

        void wake() {
            synchronized (this) {
                again = true;
                if (draining || subscriber == null) {
                    return;
                }
                draining = true;
            }
            try {
                callbacks.execute(this::drain);
            } catch (RuntimeException | Error e) {
                synchronized (this) {
                    draining = false; // the next wake-up tries anew
                }
                throw e;
            }
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                if (count <= 0) {
                    illegalRequest = true;
                } else {
                    demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                }
            }
            if (count > 0) {
                results.requested(count);
            }
            wake();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                subscriber = null;
            }
            results.close();
        }

        private void drain() {
            while (lookAgain()) {
                var told = current();
                if (told == null) {
                    continue;
                }
                try {
                    tell(told);
                } catch (RuntimeException | Error e) {
                    System.getLogger("io.millhand")
                            .log(System.Logger.Level.WARNING, "a subscriber of results threw and is cancelled", e);
                    cancel();
                }
                results.told();
            }
        }

        private synchronized boolean lookAgain() {
            draining = again;
            again = false;
            return draining;
        }

        private synchronized Flow.@Nullable Subscriber<? super E> current() {
            return subscriber;
        }

        /// Tells all that can be told now.
        private void tell(Flow.Subscriber<? super E> told) {
            if (!subscribed) {
                subscribed = true;
                told.onSubscribe(this);
            }
            while (current() != null) {
                if (isIllegal()) {
                    fail(told, new IllegalArgumentException("request must be at least 1"));
                    return;
                }
                try {
                    ahead = ahead == null ? results.step() : ahead;
                } catch (RuntimeException | Error e) {
                    fail(told, results.asTold(e));
                    return;
                }
                switch (ahead) {
                    case Step.Element<E>(var value) -> {
                        if (value == null) {
                            fail(
                                    told,
                                    new NullPointerException("a task answered null, which a publisher cannot pass on"));
                            return;
                        }
                        if (!consumeDemand()) {
                            return;
                        }
                        ahead = null;
                        told.onNext(value);
                    }
                    case Step.End<E> _ -> {
                        if (release()) {
                            told.onComplete();
                        }
                        return;
                    }
                    case Step.NotYet<E> _, Step.Skipped<E> _ -> {
                        ahead = null;
                        return;
                    }
                }
            }
        }

        private void fail(Flow.Subscriber<? super E> told, Throwable cause) {
            results.close();
            if (release()) {
                told.onError(cause);
            }
        }

        private synchronized boolean isIllegal() {
            return illegalRequest;
        }

        private synchronized boolean consumeDemand() {
            if (demand == 0 || subscriber == null) { // what is requested after the cancel is none
                return false;
            }
            demand--;
            return true;
        }

        /// Answers whether there was somebody to tell of the end.
        private synchronized boolean release() {
            boolean held = subscriber != null;
            subscriber = null;
            return held;
        }
    }
}
