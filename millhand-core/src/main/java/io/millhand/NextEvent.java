package io.millhand;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Predicate;

/// Waits for one event. Called by the hub, one signal after the other, on callback threads.
final class NextEvent implements Flow.Subscriber<TaskEvent> {

    private final Predicate<? super TaskEvent> which;
    private final CompletableFuture<TaskEvent> found = new CompletableFuture<>();

    private NextEvent(Predicate<? super TaskEvent> which) {
        this.which = which;
    }

    static CompletableFuture<TaskEvent> of(EventHub events, Predicate<? super TaskEvent> which) {
        var next = new NextEvent(which);
        events.subscribe(next);
        return next.found;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        // However it ends: found, cancelled or completed by the caller.
        var _ = found.whenComplete((_, _) -> subscription.cancel());
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(TaskEvent event) {
        if (event instanceof TaskEvent.Missed(var count)) {
            fail(count + " events were missed that may have been meant: the predicate is too slow");
            return;
        }
        boolean matches;
        try {
            matches = which.test(event);
        } catch (RuntimeException | Error e) {
            found.completeExceptionally(e);
            return;
        }
        if (matches) {
            found.complete(event);
        }
    }

    @Override
    public void onError(Throwable cause) {
        found.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        fail("the queue has terminated, and no event was the one that was waited for");
    }

    private void fail(String why) {
        found.completeExceptionally(new IllegalStateException(why));
    }
}
