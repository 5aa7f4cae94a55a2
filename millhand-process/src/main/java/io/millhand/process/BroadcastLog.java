package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.EncodedBroadcast;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The broadcasts of a pool: hands each to the children that live, and those that are remembered to the children to
/// come.
final class BroadcastLog {

    /*
     * A child that starts runs what is remembered, in order, and listens from then on: it misses nothing, since it
     * begins to listen under the monitor in which nothing was left to replay. A broadcast is numbered, remembered and
     * given to the Turns of all that listen under the same monitor, so that all run them in the same order.
     *
     * Any thread. Sending, waiting and the ends of futures happen outside the monitor.
     */

    /// @param number counted from 1
    private record Entry(long number, EncodedBroadcast broadcast) {}

    @GuardedBy("this")
    private long lastNumber;

    /// In order; at most one of each key.
    @GuardedBy("this")
    private final List<Entry> remembered = new ArrayList<>();

    /// Children that get broadcasts. May hold some that are dead: the next broadcast finds them.
    @GuardedBy("this")
    private final Set<Child> listening = new LinkedHashSet<>();

    @GuardedBy("this")
    private boolean closed;

    /// Completes with an ending for each child that listens.
    CompletableFuture<List<BroadcastEnding>> broadcast(EncodedBroadcast broadcast) {
        var deliveries = new ArrayList<Delivery>();
        List<Child> told;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(List.of());
            }
            long number = ++lastNumber;
            remember(new Entry(number, broadcast));
            listening.removeIf(child -> {
                var delivery = new Delivery(number, broadcast);
                return !child.turns().add(delivery) || !deliveries.add(delivery);
            });
            told = List.copyOf(listening);
        }
        told.forEach(child -> child.turns().proceed());
        var endings = deliveries.stream().map(delivery -> delivery.ending).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(endings)
                .thenApply(_ -> deliveries.stream()
                        .map(delivery -> delivery.ending.join())
                        .toList());
    }

    @GuardedBy("this")
    private void remember(Entry entry) {
        var broadcast = entry.broadcast;
        if (broadcast.remembered()) {
            broadcast
                    .key()
                    .ifPresent(_ -> remembered.removeIf(
                            earlier -> earlier.broadcast.key().equals(broadcast.key())));
            remembered.add(entry);
        }
    }

    /// Has a child that starts run all that is remembered. It listens when this returns. Blocks.
    void replay(Child child, String worker) throws WorkerStartException {
        long done = 0;
        for (var next = after(done, child); next != null; next = after(done, child)) {
            replay(next, child, worker);
            done = next.number;
        }
    }

    /// The next one; or null where there is none, and the child listens.
    private synchronized @Nullable Entry after(long done, Child child) {
        for (var entry : remembered) {
            if (entry.number > done) {
                return entry;
            }
        }
        listening.add(child);
        return null;
    }

    private static void replay(Entry entry, Child child, String worker) throws WorkerStartException {
        var delivery = new Delivery(entry.number, entry.broadcast);
        String what = "the broadcast '" + entry.broadcast.name() + "'";
        if (!child.turns().add(delivery)) {
            throw child.startFailure("died before " + what, new IOException("it has died"));
        }
        child.turns().proceed();
        var ending = await(delivery, child, worker).ending();
        switch (ending) {
            case AttemptEnding.Answered(var answer) when answer.returned() -> {}
            case AttemptEnding.Answered(var answer) -> {
                child.leave();
                throw threw(what, worker, answer);
            }
            case AttemptEnding.Killed _ ->
                throw new WorkerStartException(
                        what + ", which worker " + worker + " has to run before its first task, did not end within "
                                + entry.broadcast.limit().toMillis() + " ms",
                        null);
            default -> {
                var cause = new IOException(what + " did not end");
                throw child.startFailure(
                        "died in " + what, child.endedBySignal() ? new KilledWhileStarting(cause) : cause);
            }
        }
    }

    private static BroadcastEnding await(Delivery delivery, Child child, String worker) throws WorkerStartException {
        try {
            return delivery.ending.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a broadcast ends with a value", e);
        } catch (InterruptedException e) {
            child.kill();
            throw new WorkerStartException("the start of worker " + worker + " was interrupted", e);
        }
    }

    private static WorkerStartException threw(String what, String worker, AttemptEnding.Answer answer) {
        try {
            var _ = answer.decode();
            throw new IOException("no exception came");
        } catch (Throwable cause) {
            return new WorkerStartException(
                    what + ", which worker " + worker + " has to run before its first task, threw "
                            + Codec.describe(cause),
                    cause);
        }
    }

    /// A child has died.
    synchronized void forget(Child dead) {
        listening.remove(dead);
    }

    /// Ends all that is under way, and hands out nothing more.
    void close() {
        List<Child> told;
        synchronized (this) {
            closed = true;
            told = List.copyOf(listening);
        }
        told.forEach(child -> child.turns().cancel());
    }
}
