package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding.Answer;
import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The outcome cell of one task.
final class TaskHandleImpl<T extends @Nullable Object>
        implements TaskHandle<T>, DelegatingStage<T>, WorkerPool.Submission {

    /*
     * Content: null (not ended) -> Answer (ended, encoded) -> DECODING (one reader decodes) -> Outcome
     *                          \------------------------------------------------------------> Outcome
     *
     * Ended once, by the dispatcher, from any thread; read from any thread. The monitor guards all fields. Decoding
     * runs user code and therefore happens outside the monitor, in the thread of whoever asks first, or on one of the
     * queue's where that one's wait is limited; others wait for it, each within its own limit. Stages and listeners run
     * outside the monitor too.
     */

    private static final Object DECODING = new Object();

    /// How long a limited wait waits at least for the decoding of an answer that is there.
    private static final long DECODING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TaskRun<T> run;

    @GuardedBy("this")
    private @Nullable Object content;

    @GuardedBy("this")
    private @Nullable OutcomeView<T> view;

    @GuardedBy("this")
    private @Nullable List<Runnable> listeners;

    /// Of a task that did not succeed.
    private volatile @Nullable Unread unread;

    /// From the first message, or the first who asks for them. Written under the monitor.
    private volatile @Nullable TaskMessages messages;

    @GuardedBy("this")
    private @Nullable Progress progress;

    TaskHandleImpl(TaskRun<T> run) {
        this.run = run;
    }

    /// Ends the handle. Called exactly once, by the dispatcher, without its lock.
    ///
    /// @param ending an [Outcome] or an [Answer]
    void end(Object ending) {
        List<Runnable> toTell;
        OutcomeView<T> toSettle;
        TaskMessages said;
        synchronized (this) {
            if (content != null) {
                throw new IllegalStateException("task " + id() + " was ended twice");
            }
            said = messages;
            if (said != null) {
                said.complete(); // nothing is told after the outcome
                messages = said.afterwards();
            }
            content = ending;
            toTell = listeners == null ? List.of() : listeners;
            listeners = null;
            toSettle = view;
            notifyAll();
        }
        if (said != null) {
            said.wake();
        }
        toTell.forEach(Runnable::run);
        if (toSettle != null) {
            settleLater(toSettle);
        }
    }

    /// The task says something.
    TaskMessages.Fate told(Message message) {
        return said().append(message);
    }

    private TaskMessages said() {
        var there = messages;
        return there != null ? there : makeMessages();
    }

    private synchronized TaskMessages makeMessages() {
        var made = messages;
        if (made == null) {
            made = new TaskMessages(run.task().reporting(), run.callbacks(), run::nanoTime);
            if (content != null) {
                made.complete();
            }
            messages = made;
        }
        return made;
    }

    /// The task tells how far it is.
    synchronized void told(Supplier<Progress> latest) {
        if (content == null) {
            progress = latest.get();
        }
    }

    @Override
    public Flow.Publisher<Message> messages() {
        return messages(0);
    }

    @Override
    public Flow.Publisher<Message> messages(long from) {
        if (from < 0) {
            throw new IllegalArgumentException("from must be at least 0, was " + from);
        }
        return subscriber -> said().subscribe(subscriber, from);
    }

    @Override
    public synchronized Optional<Progress> progress() {
        return Optional.ofNullable(progress);
    }

    /// It is about to end, and that shall not be missed. Called before [#end].
    void unread(Unread unread) {
        this.unread = unread;
    }

    private void read() {
        var missed = unread;
        if (missed != null) {
            missed.read();
        }
    }

    /// Whether it has ended and the task returned; without decoding.
    synchronized boolean hasSucceeded() {
        return content instanceof Outcome.Succeeded<?> || (content instanceof Answer answer && answer.returned());
    }

    /// Waits for the end, without decoding.
    synchronized void awaitEnd() throws InterruptedException {
        while (content == null) {
            wait();
        }
    }

    /// Waits for the end, without decoding; answers whether it came in time.
    synchronized boolean awaitEnd(long limitNanos) throws InterruptedException {
        long start = System.nanoTime();
        while (content == null) {
            long left = limitNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /// Internal code only: runs in the thread that ends the task.
    /// Known without decoding: an answer that returned and cannot be decoded counts as a success.
    synchronized boolean hasReturned() {
        return content instanceof Outcome.Succeeded<?> || (content instanceof Answer answer && answer.returned());
    }

    @Override
    public void whenDone(Runnable listener) {
        synchronized (this) {
            if (content == null) {
                if (listeners == null) {
                    listeners = new ArrayList<>(1);
                }
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    @Override
    public long id() {
        return run.id();
    }

    @Override
    public long taskId() {
        return run.id();
    }

    @Override
    public Task<T> task() {
        return run.task();
    }

    @Override
    public Outcome<T> outcome() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return await(System.nanoTime() + Long.MAX_VALUE / 2, false);
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    throw new AssertionError("an unlimited wait ran out", e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Optional<Outcome<T>> outcome(Duration limit) {
        long deadline = System.nanoTime() + Math.min(SystemBackend.saturatedNanos(limit), Long.MAX_VALUE / 2);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(await(deadline, true));
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (TimeoutException _) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        try {
            return value(await(System.nanoTime() + Long.MAX_VALUE / 2, false));
        } catch (TimeoutException e) {
            throw new AssertionError("an unlimited wait ran out", e);
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long nanos = Math.clamp(unit.toNanos(timeout), 0, Long.MAX_VALUE / 2);
        return value(await(System.nanoTime() + nanos, true));
    }

    @Override
    public T join() {
        var outcome = outcome();
        try {
            return value(outcome);
        } catch (ExecutionException _) {
            throw new CompletionException(exceptionOf(outcome));
        }
    }

    @Override
    public String explain() {
        return run.explain();
    }

    @Override
    public List<Attempt> attempts() {
        return run.attempts();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return run.cancel(mayInterruptIfRunning, CancelReason.CALLER);
    }

    boolean cancel(boolean mayInterruptIfRunning, CancelReason reason) {
        return run.cancel(mayInterruptIfRunning, reason);
    }

    @Override
    public synchronized boolean isDone() {
        return content != null;
    }

    @Override
    public synchronized boolean isCancelled() {
        return content instanceof Outcome.Cancelled<?>;
    }

    @Override
    public OutcomeView<T> view() {
        OutcomeView<T> made;
        read(); // whoever adds a stage is told, and one that is there already reads the outcome
        synchronized (this) {
            if (view != null) {
                return view;
            }
            made = new OutcomeView<>(this, run.callbacks());
            view = made;
            if (content == null) {
                return made;
            }
            if (content instanceof Outcome<?> outcome) {
                made.settle(cast(outcome)); // has no stages yet, so that nothing runs here
                return made;
            }
        }
        settleLater(made);
        return made;
    }

    @Override
    public String toString() {
        return "task " + id() + " (" + task().name() + "), " + (isDone() ? "ended" : "not ended");
    }

    private void settleLater(OutcomeView<T> pending) {
        run.callbacks().execute(() -> pending.settle(outcome()));
    }

    /// Waits for the outcome, and has it decoded if nobody has.
    private Outcome<T> await(long deadlineNanos, boolean limited) throws InterruptedException, TimeoutException {
        Answer answer;
        synchronized (this) {
            while (content == null) {
                waitUntil(deadlineNanos);
            }
            read();
            answer = content instanceof Answer encoded ? encoded : null;
            if (answer != null) {
                content = DECODING;
            }
        }
        if (answer != null && limited) {
            decodeAside(answer);
        } else if (answer != null) {
            decodeHere(answer);
        }
        synchronized (this) {
            // What has arrived is not withheld from whoever asks without waiting.
            long least = System.nanoTime() + DECODING_NANOS;
            long lateNanos = deadlineNanos - least > 0 ? deadlineNanos : least;
            while (DECODING.equals(content)) {
                waitUntil(lateNanos);
            }
            return cast((Outcome<?>) requireNonNull(content));
        }
    }

    @GuardedBy("this")
    private void waitUntil(long deadlineNanos) throws InterruptedException, TimeoutException {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new TimeoutException(this + " within the time allowed");
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
    }

    /// The limit of a reader holds, whatever the user's `readObject` does.
    private void decodeAside(Answer answer) {
        try {
            run.decoders().execute(() -> decodeHere(answer));
        } catch (RuntimeException | Error _) {
            decodeHere(answer); // no thread can be had
        }
    }

    private void decodeHere(Answer answer) {
        Object decoded = answer; // where not even a failure can be made of it, the next reader tries
        try {
            decoded = decode(answer);
        } finally {
            synchronized (this) {
                content = decoded;
                notifyAll();
            }
        }
    }

    // The type of the result is lost on the way through the workers; the task that went in had it.
    @SuppressWarnings({"unchecked", "NullAway"})
    private Outcome<T> decode(Answer answer) {
        try {
            return new Outcome.Succeeded<>((T) answer.decode());
        } catch (Throwable cause) {
            return new Outcome.Failed<>(cause);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends @Nullable Object> Outcome<T> cast(Outcome<?> outcome) {
        return (Outcome<T>) outcome;
    }

    private static <T extends @Nullable Object> T value(Outcome<T> outcome) throws ExecutionException {
        return switch (outcome) {
            case Outcome.Succeeded<T>(var value) -> value;
            case Outcome.Cancelled<T>(var reason) -> throw new CancellationException("cancelled: " + reason);
            case Outcome.Failed<T> _, Outcome.TimedOut<T> _, Outcome.Crashed<T> _ ->
                throw new ExecutionException(exceptionOf(outcome));
        };
    }

    /// The exception form of an outcome that is not a success.
    static Throwable exceptionOf(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Succeeded<?> _ -> throw new IllegalArgumentException("a success has no exception");
            case Outcome.Failed<?>(var cause) -> cause;
            case Outcome.TimedOut<?>(var expiry) -> new TaskTimeoutException(expiry);
            case Outcome.Crashed<?>(var report) -> new TaskCrashedException(report);
            case Outcome.Cancelled<?>(var reason) -> new CancellationException("cancelled: " + reason);
        };
    }
}
