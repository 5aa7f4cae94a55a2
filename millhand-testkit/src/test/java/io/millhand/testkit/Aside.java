package io.millhand.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Something that runs beside the test, in a thread of its own.
final class Aside<T> {

    private final CompletableFuture<T> ended = new CompletableFuture<>();
    private final Thread thread;

    private Aside(Callable<? extends T> body) {
        thread = Thread.ofPlatform().daemon().name("aside").unstarted(() -> {
            try {
                ended.complete(body.call());
            } catch (Exception | Error e) {
                ended.completeExceptionally(e);
            }
        });
    }

    static <T> Aside<T> run(Callable<? extends T> body) {
        var aside = new Aside<T>(body);
        aside.thread.start();
        return aside;
    }

    /// Starts it, and returns when it waits for something.
    static <T> Aside<T> waiting(Callable<? extends T> body) {
        var aside = Aside.<T>run(body);
        aside.awaitWait();
        return aside;
    }

    void awaitWait() {
        Await.until("a thread that waits", () -> {
            var state = thread.getState();
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        });
        if (ended.isDone()) {
            throw new AssertionError("it has ended: " + ended);
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    boolean isDone() {
        return ended.isDone();
    }

    T result() throws Exception {
        try {
            return ended.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("it has thrown", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("it has not ended in 60 s", e);
        }
    }

    /// What it has thrown.
    Throwable failure() throws Exception {
        try {
            throw new AssertionError("it has not thrown, but answered " + ended.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
