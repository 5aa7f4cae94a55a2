package io.millhand;

import io.millhand.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The way of one kind of workers out of its queue.
final class Detachment {

    /*
     * WAITING for the attempts that run -- the limit is over --> KILLING them
     *    |                                                           |
     *    +------- no attempt is left --------------------------------+--> RELEASING (a thread of its own) -> COMPLETED
     *
     * Who calls: who detaches, the timer, whoever reports the end of an attempt. The mutable fields are touched under
     * the dispatcher's lock only.
     */

    private final AttachedPool pool;
    private final Dispatcher dispatcher;
    private final Duration within;
    private final Unfinished unfinished;
    private final CompletableFuture<List<Task<?>>> completed = new CompletableFuture<>();

    private final List<Task<?>> returned = new ArrayList<>();
    private Backend.@Nullable Timer limit;
    private boolean releasing;

    Detachment(AttachedPool pool, Dispatcher dispatcher, Duration within, Unfinished unfinished) {
        this.pool = pool;
        this.dispatcher = dispatcher;
        this.within = within;
        this.unfinished = unfinished;
    }

    CompletionStage<List<Task<?>>> stage() {
        return completed.minimalCompletionStage();
    }

    void begin() {
        dispatcher.change((_, slots) -> {
            pool.host().leaves(this);
            slots.withdrawAll(pool.host());
        });
        dispatcher.endUnserved();
        dispatcher.chronicle().loadChanged();
        if (within.isZero()) {
            limitIsOver();
        } else if (!within.equals(Task.FOREVER)) {
            setLimit();
        }
        releaseIfIdle();
    }

    private void setLimit() {
        var timer = dispatcher.backend().schedule(SystemBackend.saturatedNanos(within), this::limitIsOver);
        boolean inVain = dispatcher.ask((_, _) -> {
            limit = timer;
            return releasing;
        });
        if (inVain) {
            timer.cancel();
        }
    }

    private void limitIsOver() {
        var late = dispatcher.ask((_, _) -> {
            var running = dispatcher.attemptsOf(pool.host());
            running.forEach(attempt -> attempt.run().detached(attempt, this));
            return running;
        });
        late.forEach(attempt -> attempt.stop(true));
    }

    /// Whether the task of a killed attempt goes back to the queue.
    boolean requeues() {
        return unfinished == Unfinished.REQUEUE;
    }

    /// A task has ended for it. Under the dispatcher's lock.
    void returned(Task<?> task) {
        assert dispatcher.holdsLock();
        returned.add(task);
    }

    /// Releases the workers, once, when they have no attempt.
    void releaseIfIdle() {
        boolean isIdle = dispatcher.ask((_, _) -> {
            if (releasing || !dispatcher.attemptsOf(pool.host()).isEmpty()) {
                return false;
            }
            releasing = true;
            if (limit != null) {
                limit.cancel();
            }
            return true;
        });
        if (isIdle) {
            start(this::release);
        }
    }

    private void start(Runnable release) {
        try {
            dispatcher.backend().start("millhand-" + pool.name() + "-closer", release);
        } catch (RuntimeException | Error _) {
            release.run(); // no thread can be had: then this one waits
        }
    }

    private void release() {
        try {
            pool.release();
        } catch (RuntimeException | Error e) {
            dispatcher.callbacks().execute(() -> completed.completeExceptionally(e));
            throw e;
        }
        List<Task<?>> tasks = dispatcher.ask((_, _) -> List.copyOf(returned));
        dispatcher.callbacks().execute(() -> completed.complete(tasks));
    }
}
