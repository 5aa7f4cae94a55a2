package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells the load of a queue whenever it has changed. Who is slow gets the latest one and not those in between.
final class LoadHub implements Flow.Publisher<QueueLoad> {

    /*
     * A change only marks those who look on; each asks for the load itself when it has time for it, so that what it gets
     * is the latest. Who looks on is registered before it asks for the first time, and the dispatcher changes the load
     * before it looks who is registered: no change is lost between the two.
     */
    private interface Watcher {
        /// Any thread, without the dispatcher's lock; runs nobody's code.
        void changed();

        void closed();
    }

    private final Executor callbacks;
    private final Supplier<QueueLoad> now;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /// @param now takes the dispatcher's lock
    LoadHub(Executor callbacks, Supplier<QueueLoad> now) {
        this.callbacks = callbacks;
        this.now = now;
    }

    /// Called without the dispatcher's lock, after every change. Costs a read where nobody looks on.
    void changed() {
        if (!watchers.isEmpty()) {
            watchers.forEach(Watcher::changed);
        }
    }

    void close() {
        closed = true;
        watchers.forEach(Watcher::closed);
    }

    /// Waits until the load is as wanted.
    ///
    /// @return false where it was not in time, or never will be since the queue has terminated
    boolean await(Predicate<? super QueueLoad> wanted, long limitNanos) throws InterruptedException {
        long start = System.nanoTime();
        var waiter = new Waiter();
        watchers.add(waiter);
        try {
            while (true) {
                boolean last = closed;
                if (wanted.test(now.get())) {
                    return true;
                }
                if (last || !waiter.awaitChange(limitNanos - (System.nanoTime() - start))) {
                    return false;
                }
            }
        } finally {
            watchers.remove(waiter);
        }
    }

    /// A thread that waits. The monitor guards its field.
    private static final class Waiter implements Watcher {
        @GuardedBy("this")
        private boolean changed;

        @Override
        public synchronized void changed() {
            changed = true;
            notifyAll();
        }

        @Override
        public void closed() {
            changed();
        }

        synchronized boolean awaitChange(long limitNanos) throws InterruptedException {
            long start = System.nanoTime();
            while (!changed) {
                long left = limitNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            changed = false;
            return true;
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super QueueLoad> subscriber) {
        var subscription = new Subscription(requireNonNull(subscriber, "subscriber"));
        watchers.add(subscription);
        subscription.wake();
        if (closed) {
            subscription.closed();
        }
    }

    /// One subscriber.
    private final class Subscription implements Flow.Subscription, Watcher {

        /*
         * Signals go out from the callback executor, one at a time: `draining` is true while a drain is scheduled or
         * runs. The monitor guards all fields but `told`; the subscriber is called outside it.
         */
        private final Flow.Subscriber<? super QueueLoad> subscriber;

        @GuardedBy("this")
        private boolean changed = true;

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

        /// The last one. Touched by one drain after the other.
        private @Nullable QueueLoad told;

        Subscription(Flow.Subscriber<? super QueueLoad> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void changed() {
            synchronized (this) {
                changed = true;
            }
            wake();
        }

        @Override
        public void closed() {
            synchronized (this) {
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
            }
            watchers.remove(this);
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

        /// One that is dropped is scheduled anew with the next change.
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
            return !subscribed || illegalRequest || (demand > 0 && changed) || (completed && !changed);
        }

        private void drain() {
            for (var signal = nextSignal(); signal != null; signal = nextSignal()) {
                try {
                    signal.run();
                } catch (RuntimeException | Error e) {
                    cancel();
                    System.getLogger("io.millhand")
                            .log(System.Logger.Level.WARNING, "a subscriber of the load threw and is cancelled", e);
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
                watchers.remove(this);
                return () -> subscriber.onError(new IllegalArgumentException("request must be at least 1"));
            }
            if (!over && demand > 0 && changed) {
                changed = false;
                return this::tell;
            }
            if (!over && completed && !changed) {
                over = true;
                watchers.remove(this);
                return subscriber::onComplete;
            }
            draining = false;
            return null;
        }

        /// A load that is as before is not told again.
        private void tell() {
            var load = now.get();
            if (!load.equals(told)) {
                told = load;
                synchronized (this) {
                    demand--;
                }
                subscriber.onNext(load);
            }
        }
    }
}
