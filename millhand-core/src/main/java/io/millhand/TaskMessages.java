package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The messages of one task: the last ones, which each subscriber reads at its own pace.
final class TaskMessages implements Flow.Publisher<Message> {

    /*
     *   numbers:   first ............ next          entries that are kept, in a ring
     *   ordinals:  0 ...... at(first) .. at(next - 1) ... sent
     *
     * Each message that was sent has an ordinal, whether it is kept or lost: overwritten here, or more than its task
     * may say. So a gap between ordinals is a loss, and each subscriber is told of it where it is. What is kept is
     * kept once, however many subscribers there are; one that asks for nothing costs nothing.
     *
     * Messages come from any thread. Signals go out from the callback executor, for each subscriber one at a time:
     * `draining` is true while a drain is scheduled or runs. The monitor guards all fields, those of the
     * subscriptions too; subscribers are called outside it.
     */

    /// So many are kept, and no more characters than that.
    static final int MOST = 10_000;

    static final int MOST_CHARS = 4 * 1024 * 1024;

    /// So much is kept for who comes after the end.
    static final int MOST_AFTERWARDS = 100;

    static final int MOST_CHARS_AFTERWARDS = 64 * 1024;

    /// A subscriber is given so many before the next look.
    private static final int BATCH = 64;

    /// What became of a message.
    enum Fate {
        TOLD,
        /// Lost, since its task sends more than it may.
        BEYOND_LIMIT,
        /// The task has its outcome.
        TOO_LATE
    }

    private record Entry(long ordinal, Message message) {}

    private final Executor callbacks;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final @Nullable TokenBucket limit;

    @GuardedBy("this")
    private @Nullable Entry[] ring = new Entry[16];

    @GuardedBy("this")
    private long first;

    @GuardedBy("this")
    private long next;

    @GuardedBy("this")
    private long sent;

    @GuardedBy("this")
    private long chars;

    /// Of those that were sent.
    @GuardedBy("this")
    private @Nullable Message last;

    @GuardedBy("this")
    private boolean complete;

    @GuardedBy("this")
    private final List<Subscription> subscriptions = new ArrayList<>(1);

    /// @param callbacks where subscribers are called
    /// @param nanoTime the monotonic clock
    TaskMessages(Reporting reporting, Executor callbacks, LongSupplier nanoTime) {
        this.callbacks = callbacks;
        this.nanoTime = nanoTime;
        int rate = reporting.messagesPerSecond();
        limit = reporting.isLimited()
                ? new TokenBucket(rate, TimeUnit.SECONDS.toNanos(1), rate, nanoTime.getAsLong())
                : null;
    }

    /// Any thread; waits for nobody.
    Fate append(Message message) {
        List<Subscription> toWake;
        synchronized (this) {
            if (complete) {
                return Fate.TOO_LATE;
            }
            last = message;
            long ordinal = sent++;
            if (!isWithinLimit()) {
                return Fate.BEYOND_LIMIT;
            }
            keep(new Entry(ordinal, message));
            toWake = due();
        }
        toWake.forEach(Subscription::schedule);
        return Fate.TOLD;
    }

    @GuardedBy("this")
    private boolean isWithinLimit() {
        if (limit == null) {
            return true;
        }
        long now = nanoTime.getAsLong();
        boolean within = limit.waitNanos(now) == 0;
        if (within) {
            limit.take(now);
        }
        return within;
    }

    @GuardedBy("this")
    private void keep(Entry entry) {
        if (next - first == ring.length && ring.length < MOST) {
            grow();
        }
        chars += entry.message().chars();
        while (next > first && (next - first >= MOST || chars > MOST_CHARS)) {
            forgetFirst();
        }
        ring[index(next++)] = entry;
    }

    @GuardedBy("this")
    private void forgetFirst() {
        int index = index(first++);
        chars -= requireNonNull(ring[index]).message().chars();
        ring[index] = null;
    }

    @GuardedBy("this")
    private void grow() {
        @Nullable Entry[] larger = new Entry[2 * ring.length];
        for (long number = first; number < next; number++) {
            larger[(int) (number % larger.length)] = ring[index(number)];
        }
        ring = larger;
    }

    @GuardedBy("this")
    private int index(long number) {
        return (int) (number % ring.length);
    }

    @GuardedBy("this")
    private List<Subscription> due() {
        if (subscriptions.isEmpty()) {
            return List.of();
        }
        var due = new ArrayList<Subscription>(subscriptions.size());
        for (var subscription : subscriptions) {
            if (subscription.takeTurn()) {
                due.add(subscription);
            }
        }
        return due;
    }

    /// The task has its outcome: what comes from now on is too late. Calls nobody; [#wake] must follow.
    synchronized void complete() {
        complete = true;
    }

    /// Has the subscribers told. Calls the callback executor, so no lock may be held.
    void wake() {
        List<Subscription> toWake;
        synchronized (this) {
            toWake = due();
        }
        toWake.forEach(Subscription::schedule);
    }

    /// What is kept for who comes after the end; those who are here keep what they have.
    synchronized TaskMessages afterwards() {
        var rest = new TaskMessages(Reporting.DEFAULT, callbacks, nanoTime);
        long from = next;
        int size = 0;
        while (from > first && next - from < MOST_AFTERWARDS && size <= MOST_CHARS_AFTERWARDS) {
            size += requireNonNull(ring[index(--from)]).message().chars();
        }
        rest.takeOver(this, from);
        return rest;
    }

    /// Nobody else has this yet.
    private synchronized void takeOver(TaskMessages whole, long from) {
        synchronized (whole) {
            for (long number = from; number < whole.next; number++) {
                keep(requireNonNull(whole.ring[whole.index(number)]));
            }
            sent = whole.sent;
            last = whole.last;
        }
        complete = true;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Message> subscriber) {
        var subscription = new Subscription(requireNonNull(subscriber, "subscriber"));
        boolean due;
        synchronized (this) {
            subscriptions.add(subscription);
            due = subscription.takeTurn();
        }
        if (due) {
            subscription.schedule();
        }
    }

    /// One subscriber, and how far it is. Its fields are guarded by the monitor of the messages.
    private final class Subscription implements Flow.Subscription {

        private final Flow.Subscriber<? super Message> subscriber;

        /// The number of the next entry, if that is still there.
        private long position;

        /// How many messages it was told, those included that it was told are lost.
        private long accounted;

        private long demand;
        private boolean subscribed;
        private boolean illegalRequest;
        private boolean draining;

        /// Written under the monitor, read without.
        private volatile boolean over;

        Subscription(Flow.Subscriber<? super Message> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            boolean due;
            synchronized (TaskMessages.this) {
                if (count <= 0) {
                    illegalRequest = true;
                } else {
                    demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                }
                due = takeTurn();
            }
            if (due) {
                schedule();
            }
        }

        @Override
        public void cancel() {
            synchronized (TaskMessages.this) {
                over = true;
                subscriptions.remove(this);
            }
        }

        /// Under the monitor: whether a drain must be scheduled, by whoever asks.
        private boolean takeTurn() {
            boolean due = !draining && !over && hasSignal();
            draining |= due;
            return due;
        }

        @SuppressWarnings("GuardedBy") // the callers hold the monitor
        private boolean hasSignal() {
            return !subscribed || illegalRequest || (hasMessage() ? demand > 0 : complete);
        }

        @SuppressWarnings("GuardedBy") // the callers hold the monitor
        private boolean hasMessage() {
            return position < next || (complete && accounted < sent);
        }

        private void schedule() {
            callbacks.execute(new Drain());
        }

        /// One that is dropped is scheduled anew with the next message.
        private final class Drain implements CallbackExecutor.Droppable {
            @Override
            public void run() {
                drain();
            }

            @Override
            public void dropped() {
                synchronized (TaskMessages.this) {
                    draining = false;
                }
            }
        }

        private void drain() {
            for (var signal = nextSignal(); signal != null; signal = nextSignal()) {
                try {
                    signal.run();
                } catch (RuntimeException | Error e) {
                    cancel();
                    System.getLogger(TaskMessages.class.getName())
                            .log(System.Logger.Level.WARNING, "a subscriber of messages threw and is cancelled", e);
                }
            }
        }

        private @Nullable Runnable nextSignal() {
            synchronized (TaskMessages.this) {
                if (!over && !subscribed) {
                    subscribed = true;
                    return () -> subscriber.onSubscribe(this);
                }
                if (!over && illegalRequest) {
                    cancel();
                    return () -> subscriber.onError(new IllegalArgumentException("request must be at least 1"));
                }
                if (!over && demand > 0 && hasMessage()) {
                    var batch = take();
                    return () -> deliver(batch);
                }
                if (!over && complete && !hasMessage()) {
                    cancel();
                    return subscriber::onComplete;
                }
                draining = false;
                return null;
            }
        }

        private List<Message> take() {
            var batch = new ArrayList<Message>();
            while (demand > 0 && batch.size() < BATCH && hasMessage()) {
                demand--;
                batch.add(takeOne());
            }
            return batch;
        }

        @SuppressWarnings("GuardedBy") // the callers hold the monitor
        private Message takeOne() {
            position = Math.max(position, first);
            if (position < next) {
                var entry = requireNonNull(ring[index(position)]);
                if (entry.ordinal() > accounted) {
                    return lost(entry.message(), entry.ordinal());
                }
                position++;
                accounted++;
                return entry.message();
            }
            return lost(requireNonNull(last), sent);
        }

        private Message lost(Message near, long until) {
            long count = until - accounted;
            accounted = until;
            return Message.lost(near, count);
        }

        private void deliver(List<Message> batch) {
            for (var message : batch) {
                if (over) {
                    return;
                }
                subscriber.onNext(message);
            }
        }
    }
}
