package io.millhand;

import io.millhand.spi.AttemptEnding;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.EncodedBroadcast;
import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Hands broadcasts to all pools of a queue, and puts together what became of them.
final class Broadcasts {

    /*
     * Pools whose workers are other JVMs encode, remember and replay by themselves. All others share this JVM, in
     * which a broadcast runs once, and is not remembered: it is in there.
     */

    private final Dispatcher dispatcher;
    private final Supplier<List<WorkerPool>> pools;
    private final LocalBroadcasts here;

    /// @param pools those that the queue has at the moment
    Broadcasts(Dispatcher dispatcher, Supplier<List<WorkerPool>> pools) {
        this.dispatcher = dispatcher;
        this.pools = pools;
        this.here = new LocalBroadcasts(dispatcher.queueName(), dispatcher.backend());
    }

    private record Encoded(WorkerPool pool, EncodedBroadcast broadcast) {}

    <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> send(Broadcast<T> broadcast) {
        if (dispatcher.life().isShutdown()) {
            throw new RejectedExecutionException("broadcast '" + broadcast.name() + "' was rejected: the queue '"
                    + dispatcher.queueName() + "' is shut down");
        }
        var encoded = new ArrayList<Encoded>();
        boolean runsHere = false;
        for (var pool : pools.get()) {
            var carrier = pool.carrier();
            if (carrier.isPresent()) {
                var payload = carrier.get().encode(broadcast.call());
                var told = new EncodedBroadcast(
                        broadcast.name(), payload, broadcast.key(), broadcast.remembered(), broadcast.timeout());
                encoded.add(new Encoded(pool, told));
            } else {
                runsHere = true;
            }
        }
        // Nobody is told before all could encode it.
        var endings = new ArrayList<CompletableFuture<List<BroadcastEnding>>>();
        encoded.forEach(each -> endings.add(each.pool().broadcast(each.broadcast())));
        if (runsHere) {
            endings.add(here.run(broadcast).thenApply(List::of));
        }
        return gathered(endings, broadcast.timeout());
    }

    /// Answers are decoded, which runs user code, and stages run on a callback thread.
    private <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> gathered(
            List<CompletableFuture<List<BroadcastEnding>>> endings, Duration limit) {
        var outcomes = new CompletableFuture<List<Outcome<T>>>();
        var _ = CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new))
                .thenRun(() -> dispatcher
                        .callbacks()
                        .execute(() -> outcomes.complete(endings.stream()
                                .flatMap(each -> each.join().stream())
                                .map(ending -> Broadcasts.<T>outcomeOf(ending, limit))
                                .toList())));
        return outcomes;
    }

    @SuppressWarnings("unchecked") // the call answers a T
    private static <T extends @Nullable Object> Outcome<T> outcomeOf(BroadcastEnding ended, Duration limit) {
        return switch (ended.ending()) {
            case AttemptEnding.Returned(var value) -> new Outcome.Succeeded<>((T) value);
            case AttemptEnding.Answered(var answer) -> decoded(answer);
            case AttemptEnding.Threw(var cause) -> new Outcome.Failed<>(cause);
            case AttemptEnding.StartFailed(var cause) -> new Outcome.Failed<>(cause);
            case AttemptEnding.Crashed(var report) -> new Outcome.Crashed<>(report);
            case AttemptEnding.Killed(var stack, var abandoned) ->
                new Outcome.TimedOut<>(new Expiry(Expiry.Clock.TIMEOUT, limit, ended.elapsed(), stack, abandoned));
            case AttemptEnding.TakenBack() -> new Outcome.Cancelled<>(CancelReason.SHUTDOWN);
        };
    }

    @SuppressWarnings("unchecked") // the call answers a T
    private static <T extends @Nullable Object> Outcome<T> decoded(AttemptEnding.Answer answer) {
        try {
            return (Outcome<T>) new Outcome.Succeeded<>(answer.decode());
        } catch (Throwable cause) {
            return new Outcome.Failed<>(cause);
        }
    }

    /// Ends what runs in this JVM; pools end theirs when they are closed.
    void close() {
        here.close();
    }
}
