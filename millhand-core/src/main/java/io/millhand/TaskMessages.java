package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
     * Messages come from any thread. The monitor guards all fields, those of the cursors too, and is the lock of the
     * subscriptions.
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
    private final List<Cursor> cursors = new ArrayList<>(1);

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
        List<PacedSubscription<Message>> toWake;
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
        toWake.forEach(PacedSubscription::schedule);
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
    private List<PacedSubscription<Message>> due() {
        if (cursors.isEmpty()) {
            return List.of();
        }
        var due = new ArrayList<PacedSubscription<Message>>(cursors.size());
        for (var cursor : cursors) {
            if (cursor.subscription.takeTurn()) {
                due.add(cursor.subscription);
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
        List<PacedSubscription<Message>> toWake;
        synchronized (this) {
            toWake = due();
        }
        toWake.forEach(PacedSubscription::schedule);
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
        subscribe(subscriber, 0);
    }

    /// @param from the ordinal of the first message that is told
    void subscribe(Flow.Subscriber<? super Message> subscriber, long from) {
        var cursor = new Cursor(requireNonNull(subscriber, "subscriber"), from);
        synchronized (this) {
            cursors.add(cursor);
        }
        cursor.subscription.wake();
    }

    /// How far one subscriber is. Its fields are guarded by the monitor of the messages, which is the lock of the
    /// subscription.
    private final class Cursor implements PacedSubscription.Supply<Message> {

        private final PacedSubscription<Message> subscription;

        /// The number of the next entry, if that is still there.
        private long position;

        /// How many messages it was told, those included that it was told are lost, and those before its first.
        private long accounted;

        Cursor(Flow.Subscriber<? super Message> subscriber, long from) {
            accounted = from;
            subscription = new PacedSubscription<>(TaskMessages.this, callbacks, this, subscriber);
        }

        @Override
        @SuppressWarnings("GuardedBy") // the subscription holds the monitor
        public boolean hasNext() {
            position = Math.max(position, first);
            while (position < next && requireNonNull(ring[index(position)]).ordinal() < accounted) {
                position++; // it begins later
            }
            return position < next || (complete && accounted < sent);
        }

        @Override
        @SuppressWarnings("GuardedBy") // the subscription holds the monitor
        public boolean isComplete() {
            return complete;
        }

        @Override
        public Supplier<List<Message>> take(long most) {
            var batch = new ArrayList<Message>();
            while (batch.size() < Math.min(most, BATCH) && hasNext()) {
                batch.add(takeOne());
            }
            return () -> batch;
        }

        @SuppressWarnings("GuardedBy") // the subscription holds the monitor
        private Message takeOne() {
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

        @Override
        public void left() {
            synchronized (TaskMessages.this) {
                cursors.remove(this);
            }
        }
    }
}
