package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/// Publishes events without ever waiting for a subscriber.
final class EventHub implements Flow.Publisher<TaskEvent> {

    private final Executor callbacks;
    private final List<Waiting> subscribers = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    EventHub(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /// Whether nobody listens.
    boolean isIdle() {
        return subscribers.isEmpty();
    }

    /// Adds an event to what waits for each subscriber. Runs nobody's code; [#wake] must follow.
    void publish(TaskEvent event) {
        subscribers.forEach(waiting -> waiting.offer(event));
    }

    /// Has the subscribers told. Calls the callback executor, so no lock may be held.
    void wake() {
        subscribers.forEach(waiting -> waiting.subscription.wake());
    }

    @Override
    public void subscribe(Flow.Subscriber<? super TaskEvent> subscriber) {
        var waiting = new Waiting(requireNonNull(subscriber, "subscriber"));
        subscribers.add(waiting);
        waiting.subscription.wake();
        if (closed) {
            waiting.complete();
        }
    }

    void close() {
        closed = true;
        subscribers.forEach(Waiting::complete);
    }

    /// What waits for one subscriber. Offers come from any thread; the monitor guards it, and is the lock of the
    /// subscription.
    private final class Waiting implements PacedSubscription.Supply<TaskEvent> {

        private final PacedSubscription<TaskEvent> subscription;

        @GuardedBy("this")
        private final EventBuffer events = new EventBuffer();

        @GuardedBy("this")
        private boolean completed;

        Waiting(Flow.Subscriber<? super TaskEvent> subscriber) {
            subscription = new PacedSubscription<>(this, callbacks, this, subscriber);
        }

        synchronized void offer(TaskEvent event) {
            events.offer(event);
        }

        void complete() {
            synchronized (this) {
                events.tellGap();
                completed = true;
            }
            subscription.wake();
        }

        @Override
        public synchronized boolean hasNext() {
            return !events.isEmpty();
        }

        @Override
        public synchronized boolean isComplete() {
            return completed;
        }

        @Override
        public synchronized Supplier<List<TaskEvent>> take(long most) {
            var next = List.of(events.take());
            return () -> next;
        }

        @Override
        public void left() {
            subscribers.remove(this);
            synchronized (this) {
                events.clear();
            }
        }
    }
}
