package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Publishes events without ever waiting for a subscriber.
final class EventHub implements Flow.Publisher<TaskEvent> {

    static final int BUFFER = 1024;

    private final Executor callbacks;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    EventHub(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /// Whether nobody listens.
    boolean isIdle() {
        return subscriptions.isEmpty();
    }

    /// Adds an event to what waits for each subscriber. Runs nobody's code; [#wake] must follow.
    void publish(TaskEvent event) {
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    /// Has the subscribers told. Calls the callback executor, so no lock may be held.
    void wake() {
        subscriptions.forEach(Subscription::wake);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super TaskEvent> subscriber) {
        var subscription = new Subscription(requireNonNull(subscriber, "subscriber"));
        subscriptions.add(subscription);
        subscription.wake();
        if (closed) {
            subscription.complete();
        }
    }

    void close() {
        closed = true;
        subscriptions.forEach(Subscription::complete);
    }

    /// One subscriber and what waits for it.
    private final class Subscription implements Flow.Subscription {

        /*
         * Offers come from any thread, demand from the subscriber, and signals go out from the callback executor, one
         * at a time: `draining` is true while a drain is scheduled or runs. The monitor guards all fields; the
         * subscriber is called outside it.
         */
        private final Flow.Subscriber<? super TaskEvent> subscriber;

        @GuardedBy("this")
        private final ArrayDeque<TaskEvent> waiting = new ArrayDeque<>();

        @GuardedBy("this")
        private long missed;

        @GuardedBy("this")
        private long demand;

        @GuardedBy("this")
        private boolean subscribed;

        @GuardedBy("this")
        private boolean illegalRequest;

        @GuardedBy("this")
        private boolean completed;

        @GuardedBy("this")
        private boolean over;

        @GuardedBy("this")
        private boolean draining;

        Subscription(Flow.Subscriber<? super TaskEvent> subscriber) {
            this.subscriber = subscriber;
        }

        void offer(TaskEvent event) {
            synchronized (this) {
                if (waiting.size() >= BUFFER) {
                    missed++;
                    return;
                }
                // The gap is told where it is, before the first event after it.
                if (missed > 0) {
                    waiting.addLast(new TaskEvent.Missed(missed));
                    missed = 0;
                }
                waiting.addLast(event);
            }
        }

        void complete() {
            synchronized (this) {
                if (missed > 0) {
                    waiting.addLast(new TaskEvent.Missed(missed));
                    missed = 0;
                }
                completed = true;
            }
            wake();
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
            wake();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                over = true;
                waiting.clear();
            }
            subscriptions.remove(this);
        }

        private void wake() {
            synchronized (this) {
                if (draining || over || !hasSignal()) {
                    return;
                }
                draining = true;
            }
            callbacks.execute(new Drain());
        }

        /// One that is dropped is scheduled anew with the next event.
        private final class Drain implements CallbackExecutor.Droppable {
            @Override
            public void run() {
                drain();
            }

            @Override
            public void dropped() {
                synchronized (Subscription.this) {
                    draining = false;
                }
            }
        }

        @GuardedBy("this")
        private boolean hasSignal() {
            return !subscribed
                    || illegalRequest
                    || (demand > 0 && !waiting.isEmpty())
                    || (completed && waiting.isEmpty());
        }

        private void drain() {
            for (var signal = nextSignal(); signal != null; signal = nextSignal()) {
                try {
                    signal.run();
                } catch (RuntimeException | Error e) {
                    cancel();
                    System.getLogger(EventHub.class.getName())
                            .log(System.Logger.Level.WARNING, "an event subscriber threw and is cancelled", e);
                }
            }
        }

        private synchronized @Nullable Runnable nextSignal() {
            if (!over && !subscribed) {
                subscribed = true;
                return () -> subscriber.onSubscribe(this);
            }
            if (!over && illegalRequest) {
                over = true;
                subscriptions.remove(this);
                return () -> subscriber.onError(new IllegalArgumentException("request must be at least 1"));
            }
            if (!over && demand > 0 && !waiting.isEmpty()) {
                demand--;
                var event = waiting.removeFirst();
                return () -> subscriber.onNext(event);
            }
            if (!over && completed && waiting.isEmpty()) {
                over = true;
                subscriptions.remove(this);
                return subscriber::onComplete;
            }
            draining = false;
            return null;
        }
    }
}
