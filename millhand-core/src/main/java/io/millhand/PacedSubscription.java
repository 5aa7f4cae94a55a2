package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One subscriber of something that waits for nobody: it is told as much as it asks for, on the callback executor,
/// one signal at a time.
final class PacedSubscription<T> implements Flow.Subscription {

    /*
     * Wake-ups come from any thread, demand from the subscriber. `draining` is true while a drain is scheduled or runs.
     * The lock guards all fields, and is held when the supply is asked; the subscriber is called outside it.
     */

    /// What there is to tell.
    interface Supply<T> {

        /// Whether there is something for who has demand. Under the lock.
        boolean hasNext();

        /// Whether nothing more will come. Under the lock, where there is nothing.
        boolean isComplete();

        /// Takes what comes next. Under the lock, where there is something.
        ///
        /// @param most how much at most, at least 1
        /// @return finds it, without the lock; may find that there is nothing after all
        Supplier<List<T>> take(long most);

        /// The subscriber is told nothing more. Once or several times, without the lock.
        void left();
    }

    private final Object lock;
    private final Executor callbacks;
    private final Supply<T> supply;
    private final Flow.Subscriber<? super T> subscriber;

    @GuardedBy("lock")
    private long demand;

    @GuardedBy("lock")
    private boolean subscribed;

    @GuardedBy("lock")
    private boolean illegalRequest;

    @GuardedBy("lock")
    private boolean draining;

    /// Written under the lock, read without.
    private volatile boolean over;

    PacedSubscription(Object lock, Executor callbacks, Supply<T> supply, Flow.Subscriber<? super T> subscriber) {
        this.lock = lock;
        this.callbacks = callbacks;
        this.supply = supply;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
        synchronized (lock) {
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
        synchronized (lock) {
            over = true;
        }
        supply.left();
    }

    /// Has the subscriber told what there is. Without the lock.
    void wake() {
        boolean due;
        synchronized (lock) {
            due = takeTurn();
        }
        if (due) {
            schedule();
        }
    }

    /// Under the lock: whether [#schedule] must be called, by whoever asks.
    @SuppressWarnings("GuardedBy") // the callers hold the lock
    boolean takeTurn() {
        boolean due = !draining && !over && hasSignal();
        draining |= due;
        return due;
    }

    @GuardedBy("lock")
    private boolean hasSignal() {
        return !subscribed || illegalRequest || (supply.hasNext() ? demand > 0 : supply.isComplete());
    }

    /// Without the lock.
    void schedule() {
        callbacks.execute(new Drain());
    }

    /// One that is dropped is scheduled anew with the next wake-up.
    private final class Drain implements CallbackExecutor.Droppable {
        @Override
        public void run() {
            for (var signal = nextSignal(); signal != null; signal = nextSignal()) {
                try {
                    signal.run();
                } catch (RuntimeException | Error e) {
                    cancel();
                    System.getLogger("io.millhand")
                            .log(
                                    System.Logger.Level.WARNING,
                                    "subscriber " + subscriber.getClass().getName() + " threw and is cancelled",
                                    e);
                }
            }
        }

        @Override
        public void dropped() {
            synchronized (lock) {
                draining = false;
            }
        }
    }

    private @Nullable Runnable nextSignal() {
        synchronized (lock) {
            if (over || !hasSignal()) {
                draining = false;
                return null;
            }
            if (!subscribed) {
                subscribed = true;
                return () -> subscriber.onSubscribe(this);
            }
            if (illegalRequest) {
                return last(() -> subscriber.onError(new IllegalArgumentException("request must be at least 1")));
            }
            if (supply.hasNext()) {
                var found = supply.take(demand);
                return () -> deliver(found.get());
            }
            return last(subscriber::onComplete);
        }
    }

    @GuardedBy("lock")
    private Runnable last(Runnable signal) {
        over = true;
        return () -> {
            supply.left();
            signal.run();
        };
    }

    private void deliver(List<T> items) {
        synchronized (lock) {
            demand -= items.size();
        }
        for (var item : items) {
            if (over) {
                return;
            }
            subscriber.onNext(item);
        }
    }
}
