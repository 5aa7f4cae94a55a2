package io.millhand.process;

import io.millhand.Message;
import io.millhand.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps what a task says.
final class Receiver implements Flow.Subscriber<Message> {

    private static final Duration CEILING = Duration.ofSeconds(60);

    private final List<Message> messages = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<Void> completed = new CompletableFuture<>();
    private final AtomicLong accounted = new AtomicLong();
    private final long first;

    /// All that is still there of what a task has said. Waits for its end.
    static List<Message> messagesOf(TaskHandle<?> handle) {
        var all = new Receiver(Long.MAX_VALUE);
        handle.messages().subscribe(all);
        all.await();
        return all.messages();
    }

    /// @param first how many it asks for at once
    Receiver(long first) {
        this.first = first;
    }

    void request(long count) {
        subscription.orTimeout(CEILING.toSeconds(), TimeUnit.SECONDS).join().request(count);
    }

    void await() {
        completed.orTimeout(CEILING.toSeconds(), TimeUnit.SECONDS).join();
    }

    List<Message> messages() {
        return List.copyOf(messages);
    }

    long accounted() {
        return accounted.get();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        given.request(first);
        subscription.complete(given);
    }

    @Override
    public void onNext(Message message) {
        messages.add(message);
        accounted.addAndGet(message.kind() == Message.Kind.LOST ? message.lost() : 1);
    }

    @Override
    public void onError(Throwable cause) {
        completed.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        completed.complete(null);
    }
}
