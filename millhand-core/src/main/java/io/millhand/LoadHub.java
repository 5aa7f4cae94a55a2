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
        var latest = new Latest(requireNonNull(subscriber, "subscriber"));
        watchers.add(latest);
        latest.subscription.wake();
        if (closed) {
            latest.closed();
        }
    }

    /// What one subscriber is told: a load that is as before is not told again. The monitor is the lock of the
    /// subscription.
    private final class Latest implements PacedSubscription.Supply<QueueLoad>, Watcher {

        private final PacedSubscription<QueueLoad> subscription;

        @GuardedBy("this")
        private boolean changed = true;

        @GuardedBy("this")
        private boolean completed;

        /// The last one. Touched by one drain after the other.
        private @Nullable QueueLoad told;

        Latest(Flow.Subscriber<? super QueueLoad> subscriber) {
            subscription = new PacedSubscription<>(this, callbacks, this, subscriber);
        }

        @Override
        public void changed() {
            synchronized (this) {
                changed = true;
            }
            subscription.wake();
        }

        @Override
        public void closed() {
            synchronized (this) {
                completed = true;
            }
            subscription.wake();
        }

        @Override
        public synchronized boolean hasNext() {
            return changed;
        }

        @Override
        public synchronized boolean isComplete() {
            return completed;
        }

        @Override
        public synchronized Supplier<List<QueueLoad>> take(long most) {
            changed = false;
            return this::news;
        }

        private List<QueueLoad> news() {
            var load = now.get();
            boolean isNew = !load.equals(told);
            told = load;
            return isNew ? List.of(load) : List.of();
        }

        @Override
        public void left() {
            watchers.remove(this);
        }
    }
}
