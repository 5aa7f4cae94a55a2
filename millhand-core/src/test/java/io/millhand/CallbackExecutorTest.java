package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.spi.Backend;
import java.util.ArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// What becomes of callbacks whose executor misbehaves.
final class CallbackExecutorTest {

    private final ArrayList<Runnable> taken = new ArrayList<>();
    private final ArrayList<Runnable> started = new ArrayList<>();
    private int runs;

    /// @param threads whether there are any
    private CallbackExecutor executor(Executor user, boolean threads) {
        return new CallbackExecutor(user, "queue", new Backend() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public Timer schedule(long delayNanos, Runnable action) {
                throw new AssertionError("no timer is needed");
            }

            @Override
            public void start(String name, Runnable body) {
                if (!threads) {
                    throw new OutOfMemoryError("no thread");
                }
                started.add(body);
            }

            @Override
            public long random(long bound) {
                throw new AssertionError("nothing is drawn");
            }
        });
    }

    @Test
    void runsOnceWhatAnExecutorTakesAndRefuses() {
        executor(
                        callback -> {
                            taken.add(callback);
                            throw new RejectedExecutionException("and yet it has taken it");
                        },
                        true)
                .execute(() -> runs++);
        started.forEach(Runnable::run);
        taken.forEach(Runnable::run);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void runsOnceWhatThrowsInTheCallersThread() {
        executor(Runnable::run, true).execute(() -> {
            runs++;
            throw new IllegalStateException("thrown by the callback");
        });
        started.forEach(Runnable::run);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void goesOnTellingASubscriberAfterNoThreadCouldBeHad() {
        var refuses = new boolean[] {true};
        var events = new EventHub(executor(
                callback -> {
                    if (refuses[0]) {
                        throw new RejectedExecutionException("full");
                    }
                    callback.run();
                },
                false));
        var seen = new ArrayList<TaskEvent>();
        events.subscribe(new java.util.concurrent.Flow.Subscriber<>() {
            @Override
            public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(TaskEvent event) {
                seen.add(event);
            }

            @Override
            public void onError(Throwable cause) {
                throw new AssertionError(cause);
            }

            @Override
            public void onComplete() {}
        });
        refuses[0] = false;
        var event = new TaskEvent.Queued(1, "a");
        events.publish(event);
        events.wake();
        assertThat(seen).containsExactly(event);
    }
}
