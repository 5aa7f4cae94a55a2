package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.Carrier;
import io.millhand.spi.EncodedBroadcast;
import io.millhand.spi.Payload;
import io.millhand.spi.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Hands broadcasts to all pools of a queue, and puts together what became of them.
final class Broadcasts {

    /*
     * Pools whose workers are other JVMs replay what they were told to workers to come. A pool that is attached later
     * is told all that is remembered before its first task. All other pools share this JVM, in which a broadcast runs
     * once, and is not remembered: it is in there.
     *
     * The monitor orders broadcasts and pools that come: each pool hears each broadcast once, and all in one order.
     * Nothing is encoded under it.
     */

    /// @param payloads one for each carrier that was attached when it was sent, and for those that came since
    private record Remembered(Broadcast<?> broadcast, Map<Carrier, Payload> payloads) {

        EncodedBroadcast as(Payload payload) {
            return new EncodedBroadcast(
                    broadcast.name(), payload, broadcast.key(), broadcast.remembered(), broadcast.timeout());
        }
    }

    private final Dispatcher dispatcher;
    private final Supplier<List<WorkerPool>> pools;
    private final LocalBroadcasts here;

    @GuardedBy("this")
    private final List<Remembered> remembered = new ArrayList<>();

    /// Those that have heard all that is remembered.
    @GuardedBy("this")
    private final List<WorkerPool> listening = new ArrayList<>();

    /// @param pools those that the queue has at the moment
    Broadcasts(Dispatcher dispatcher, Supplier<List<WorkerPool>> pools) {
        this.dispatcher = dispatcher;
        this.pools = pools;
        this.here = new LocalBroadcasts(dispatcher.queueName(), dispatcher.backend());
    }

    <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> send(Broadcast<T> broadcast) {
        if (dispatcher.life().isShutdown()) {
            throw new RejectedExecutionException("broadcast '" + broadcast.name() + "' was rejected: the queue '"
                    + dispatcher.queueName() + "' is shut down");
        }
        Map<Carrier, Payload> payloads = new HashMap<>();
        boolean runsHere = false;
        for (var pool : pools.get()) {
            var carrier = pool.carrier().orElse(null);
            if (carrier == null) {
                runsHere = true;
            } else if (!payloads.containsKey(carrier)) {
                payloads.put(carrier, carrier.encode(broadcast.call()));
            }
        }
        // Nobody is told before it was encoded for all.
        var endings = tell(new Remembered(broadcast, payloads));
        if (runsHere) {
            endings.add(here.run(broadcast).thenApply(List::of));
        }
        return gathered(endings, broadcast.timeout());
    }

    /// A pool that came a moment ago and has another carrier is told when it has heard what came before.
    private synchronized List<CompletableFuture<List<BroadcastEnding>>> tell(Remembered news) {
        remember(news);
        var endings = new ArrayList<CompletableFuture<List<BroadcastEnding>>>();
        for (var pool : listening) {
            var payload = pool.carrier().map(news.payloads()::get).orElse(null);
            if (payload != null) {
                endings.add(pool.broadcast(news.as(payload)));
            }
        }
        return endings;
    }

    /// Where there are only workers in this JVM nothing is.
    @GuardedBy("this")
    private void remember(Remembered news) {
        if (!news.broadcast().remembered()) {
            return;
        }
        var key = news.broadcast().key();
        remembered.removeIf(
                earlier -> key.isPresent() && earlier.broadcast().key().equals(key));
        if (!news.payloads().isEmpty() || pools.get().isEmpty()) {
            remembered.add(news);
        }
    }

    /// Tells a pool that is being attached all that is remembered, before it gets a task.
    ///
    /// @throws NotTransferableException where that cannot travel as this pool's carrier has it
    void welcome(WorkerPool pool) {
        var carrier = pool.carrier().orElse(null);
        if (carrier == null) {
            return;
        }
        for (var strange = unknownTo(carrier, pool); strange != null; strange = unknownTo(carrier, pool)) {
            var payload = carrier.encode(strange.broadcast().call());
            synchronized (this) {
                strange.payloads().put(carrier, payload);
            }
        }
    }

    /// What is to be encoded first; or null where there is nothing, and the pool has been told all.
    private synchronized @Nullable Remembered unknownTo(Carrier carrier, WorkerPool pool) {
        for (var each : remembered) {
            if (!each.payloads().containsKey(carrier)) {
                return each;
            }
        }
        for (var each : remembered) {
            var _ = pool.broadcast(each.as(requireNonNull(each.payloads().get(carrier))));
        }
        listening.add(pool);
        return null;
    }

    synchronized void leaves(WorkerPool pool) {
        listening.remove(pool);
    }

    /// Answers are decoded, which runs user code, and stages run on a callback thread.
    private <T extends @Nullable Object> CompletableFuture<List<Outcome<T>>> gathered(
            List<CompletableFuture<List<BroadcastEnding>>> endings, Duration limit) {
        var outcomes = new CompletableFuture<List<Outcome<T>>>();
        var gathering = new CallbackExecutor.Droppable() {
            @Override
            public void run() {
                outcomes.complete(endings.stream()
                        .flatMap(each -> each.join().stream())
                        .map(ending -> Broadcasts.<T>outcomeOf(ending, limit))
                        .toList());
            }

            @Override
            public void dropped() {
                outcomes.completeExceptionally(
                        new RejectedExecutionException("no thread can be had to tell how the broadcast ended"));
            }
        };
        var _ = CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new))
                .thenRun(() -> dispatcher.callbacks().execute(gathering));
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
