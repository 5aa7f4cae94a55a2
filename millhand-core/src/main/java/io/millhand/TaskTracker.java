package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Counts stages that have not ended, and waits until all of them have, until any of them has, or until fewer than
/// a number are left.
///
/// ```java
/// var tracker = TaskTracker.of();
/// for (var page : pages) {
///     tracker.awaitFewerThan(100); // at most 100 under way
///     tracker.add(queue.submit(() -> render(page)));
/// }
/// tracker.awaitAll();
/// ```
///
/// Any [CompletionStage] can be added: a [TaskHandle], a `CompletableFuture`, one of another library. It is
/// observed and nothing else: the tracker keeps neither the stage nor its result, makes no stage that a failure or
/// a cancel could go on to, and cancels nothing. A [TaskHandle] is not even decoded. How a stage ended does not
/// matter.
///
/// Memory: a fixed number of bytes for each stage that has not ended, held by that stage, and none for one that
/// has. A stage that is forgotten and so never ends counts for ever, unless [#quitWaiting()] ends that.
///
/// Threads: any method from any thread, also from callbacks of the stages. Stages may be added while others wait. A
/// wait is over once what it waits for has been true for a moment, so that what is added right afterwards prolongs
/// no wait, and what other threads do next may have changed the number again. So several threads that each await
/// fewer than _n_ and then add one may together exceed _n_ by their number. When a wait is over the stages that it
/// waited for have ended, while stages that others made of them may still run.
///
/// Waits are interruptible, take the thread that calls them, and are told by `System.nanoTime()`. A task that waits
/// for tasks of its own queue holds its slot meanwhile, which they may be waiting for.
public final class TaskTracker {

    /*
     * The monitor `lock` guards all fields. Under it nothing runs but the counting and the release of latches; stages
     * are called without it, and nobody waits under it. A wait is one Waiter, which is in `waiters` until whoever
     * lowers the count far enough, or the end of the wait itself, takes it out.
     */

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Object lock = new Object();

    /// Stages that have not ended, and waits that were added by hand.
    @GuardedBy("lock")
    private long outstanding;

    /// Those of `outstanding` that were added by hand.
    @GuardedBy("lock")
    private long byHand;

    @GuardedBy("lock")
    private boolean quit;

    @GuardedBy("lock")
    private final List<Waiter> waiters = new ArrayList<>();

    private TaskTracker() {}

    /// A tracker of nothing yet.
    ///
    /// @return a new one; it needs no closing
    public static TaskTracker of() {
        return new TaskTracker();
    }

    /// Counts a stage until it has ended. One that has ended already is not counted; one that is added twice counts
    /// twice.
    ///
    /// @param stage what to wait for
    public void add(CompletionStage<?> stage) {
        requireNonNull(stage, "stage");
        synchronized (lock) {
            if (quit) {
                return;
            }
            outstanding++;
        }
        var observer = new Observer();
        try {
            if (stage instanceof TaskHandleImpl<?> handle) {
                handle.whenDone(observer::ended); // does not decode the result
            } else {
                observer.observe(stage);
            }
        } catch (RuntimeException | Error e) {
            observer.ended(); // a stage of another library that refuses to be observed
            throw e;
        }
    }

    /// Adds waits by hand, for what is no stage. Each counts as a stage that ends by [#removeWaits].
    ///
    /// @param count how many, at least 1
    public void addWaits(int count) {
        requireAtLeastOne("count", count);
        synchronized (lock) {
            if (!quit) {
                outstanding += count;
                byHand += count;
            }
        }
    }

    /// Removes waits that were added by hand, all at once. Does nothing after [#quitWaiting()].
    ///
    /// @param count how many, at least 1
    /// @throws IllegalStateException where so many are not there; none is removed
    public void removeWaits(int count) {
        requireAtLeastOne("count", count);
        synchronized (lock) {
            if (quit) {
                return;
            }
            if (count > byHand) {
                throw new IllegalStateException(
                        "count must be at most the waits that were added by hand, " + byHand + ", was " + count);
            }
            byHand -= count;
            lower(count);
        }
    }

    /// How many stages have not ended, with the waits that were added by hand.
    ///
    /// @return 0 or more; 0 after [#quitWaiting()]
    public long outstanding() {
        synchronized (lock) {
            return outstanding;
        }
    }

    /// Waits until nothing is outstanding.
    ///
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public void awaitAll() throws InterruptedException {
        await(0, NO_LIMIT);
    }

    /// Waits until nothing is outstanding, but not longer than `limit`.
    ///
    /// @param limit how long; zero or less asks without waiting
    /// @return true once nothing is outstanding, or after [#quitWaiting()]; false where the limit ran out
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public boolean awaitAll(Duration limit) throws InterruptedException {
        return await(0, nanos(limit));
    }

    /// Waits until one of those that are outstanding, or are added meanwhile, ends. Where nothing is outstanding it
    /// does not wait. An end before the call does not count: to meet each end once use [TaskQueue#completions()].
    ///
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public void awaitAny() throws InterruptedException {
        await(Waiter.ANY, NO_LIMIT);
    }

    /// Waits as [#awaitAny()], but not longer than `limit`.
    ///
    /// @param limit how long; zero or less asks without waiting
    /// @return true once one has ended, where nothing is outstanding, or after [#quitWaiting()]; false where the
    ///     limit ran out
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public boolean awaitAny(Duration limit) throws InterruptedException {
        return await(Waiter.ANY, nanos(limit));
    }

    /// Waits until fewer than `count` are outstanding.
    ///
    /// @param count at least 1
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public void awaitFewerThan(int count) throws InterruptedException {
        await(requireAtLeastOne("count", count) - 1, NO_LIMIT);
    }

    /// Waits until fewer than `count` are outstanding, but not longer than `limit`.
    ///
    /// @param count at least 1
    /// @param limit how long; zero or less asks without waiting
    /// @return true once fewer are outstanding, or after [#quitWaiting()]; false where the limit ran out
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public boolean awaitFewerThan(int count, Duration limit) throws InterruptedException {
        return await(requireAtLeastOne("count", count) - 1, nanos(limit));
    }

    /// Gives up for good: releases all who wait, and no later wait waits for anything. The stages go on
    /// undisturbed. Idempotent.
    public void quitWaiting() {
        synchronized (lock) {
            quit = true;
            byHand = 0;
            lower(outstanding);
        }
    }

    /// Whether [#quitWaiting()] was called, so that a wait that answered true says nothing about the stages.
    ///
    /// @return true after it
    public boolean hasQuit() {
        synchronized (lock) {
            return quit;
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "tracker, " + outstanding + " outstanding, " + waiters.size() + " waiting";
        }
    }

    private boolean await(long atMost, long limitNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the wait");
        }
        Waiter waiter;
        synchronized (lock) {
            if (outstanding == 0 || (atMost != Waiter.ANY && outstanding <= atMost)) {
                return true;
            }
            waiter = new Waiter(atMost, new CountDownLatch(1));
            waiters.add(waiter);
        }
        boolean released = false;
        try {
            released = waiter.released.await(limitNanos, TimeUnit.NANOSECONDS);
        } finally {
            if (!released) {
                synchronized (lock) {
                    // Who is not there any more was released after the limit, but before anybody could know.
                    released = !waiters.remove(waiter);
                }
            }
        }
        return released;
    }

    @GuardedBy("lock")
    private void lower(long count) {
        outstanding -= count;
        for (var each = waiters.iterator(); each.hasNext(); ) {
            var waiter = each.next();
            if (outstanding <= waiter.atMost) {
                waiter.released.countDown();
                each.remove();
            }
        }
    }

    private static long nanos(Duration limit) {
        return SystemBackend.saturatedNanos(requireNonNull(limit, "limit"));
    }

    private static int requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, was " + value);
        }
        return value;
    }

    /// Somebody who waits for the count to be lowered to `atMost`.
    private record Waiter(long atMost, CountDownLatch released) {

        /// Every lowering will do.
        static final long ANY = Long.MAX_VALUE;
    }

    /// What a stage holds until it has ended. Counts its end once, however often a stage of another library tells
    /// it.
    private final class Observer {

        @GuardedBy("lock")
        private boolean over;

        /// Not with `whenComplete`, whose stage would fail as this one does, with nobody to see it.
        void observe(CompletionStage<?> stage) {
            var _ = stage.handle((_, _) -> {
                ended();
                return null;
            });
        }

        void ended() {
            synchronized (lock) {
                if (!over && !quit) {
                    over = true;
                    lower(1);
                }
            }
        }
    }
}
