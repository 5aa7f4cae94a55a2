package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import io.millhand.spi.WorkerPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kinds of workers in a queue.
final class Pools {

    /*
     * Any thread. The lists are replaced under the monitor, never changed, and read without it; nothing is opened,
     * released or offered under it.
     */

    private final Dispatcher dispatcher;
    private final Broadcasts broadcasts;

    private volatile List<AttachedPool> attached = List.of();

    /// Those that are being released, and those whose threads could not all be ended.
    private volatile List<AttachedPool> former = List.of();

    /// Of tasks that are encoded for all that are attached: one object, so that it is compared fast.
    private volatile Needs needs = Needs.NONE;

    @GuardedBy("this")
    private int lastNumber;

    @GuardedBy("this")
    private boolean closed;

    Pools(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
        this.broadcasts = new Broadcasts(dispatcher, this::all);
    }

    Broadcasts broadcasts() {
        return broadcasts;
    }

    /// Opens workers and lets them have tasks.
    AttachedPool open(Workers workers) {
        return entered(opened(workers));
    }

    private AttachedPool opened(Workers workers) {
        var host = new PoolHost(dispatcher, nextName(), workers.offers());
        return new AttachedPool(this, host, workers.open(host));
    }

    private AttachedPool entered(AttachedPool opened) {
        if (!enter(opened)) {
            opened.release();
            throw shutDown();
        }
        try {
            broadcasts.welcome(opened.pool());
        } catch (RuntimeException | Error e) { // NotTransferableException above all
            leaves(opened);
            opened.release();
            throw e;
        }
        opened.host().opened(opened.pool().carrier()); // now that those who submit encode for them
        return opened;
    }

    /// As [#open], beside others.
    AttachedPool attach(Workers workers) {
        requireNonNull(workers, "workers");
        if (runInCaller()) {
            throw inlineAmongOthers();
        }
        if (dispatcher.life().isShutdown()) {
            throw shutDown();
        }
        var opened = opened(workers);
        if (opened.pool().runsInCaller()) {
            opened.release();
            throw inlineAmongOthers();
        }
        return entered(opened);
    }

    private IllegalArgumentException inlineAmongOthers() {
        return new IllegalArgumentException("InlineWorkers share a queue with no others: they run a task in the thread"
                + " that submits it, and nothing else can; " + whatIsAttached()
                + "; open a queue of their own for them, or use ThreadWorkers");
    }

    private RejectedExecutionException shutDown() {
        return new RejectedExecutionException(
                "no workers are attached any more: the queue '" + dispatcher.queueName() + "' is shut down");
    }

    private synchronized String nextName() {
        int number = ++lastNumber;
        return number == 1 ? dispatcher.queueName() : dispatcher.queueName() + "-" + number;
    }

    private synchronized boolean enter(AttachedPool opened) {
        if (!closed) {
            attached = Stream.concat(attached.stream(), Stream.of(opened)).toList();
            needs = needsOf(attached);
        }
        return !closed;
    }

    /// Nothing is encoded for it any more.
    synchronized void leaves(AttachedPool leaving) {
        broadcasts.leaves(leaving.pool());
        attached = without(leaving, attached);
        former = Stream.concat(former.stream(), Stream.of(leaving)).toList();
        if (!attached.isEmpty()) { // else tasks are encoded for such as were there: theirs may be the next to come
            needs = needsOf(attached);
        }
    }

    /// Forgets it, unless threads of it are left behind.
    synchronized void released(AttachedPool pool) {
        former = former.stream()
                .filter(each -> !each.isReleased() || each.pool().leftBehind() > 0)
                .toList();
    }

    private static List<AttachedPool> without(AttachedPool one, List<AttachedPool> pools) {
        return pools.stream().filter(each -> !each.equals(one)).toList();
    }

    private static Needs needsOf(List<AttachedPool> pools) {
        return new Needs(
                Set.of(),
                pools.stream().flatMap(each -> each.pool().carrier().stream()).collect(Collectors.toUnmodifiableSet()));
    }

    List<AttachedPool> attached() {
        return attached;
    }

    private List<WorkerPool> all() {
        return attached.stream().map(AttachedPool::pool).toList();
    }

    AttachedPool named(String name) {
        requireNonNull(name, "name");
        return attached.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no workers '" + name + "' are attached; " + whatIsAttached()));
    }

    private String whatIsAttached() {
        return "the workers of the queue '" + dispatcher.queueName() + "' are "
                + attached.stream().map(AttachedPool::name).toList();
    }

    /// Encodes a task for all that are attached, unless it is to stay in this JVM.
    ///
    /// @throws NotTransferableException where it cannot travel
    Encoded encode(Task<?> task) {
        var now = needs;
        if (now.carriers().isEmpty() || task.placement().local()) {
            return Encoded.NOT;
        }
        try {
            Map<Carrier, Payload> payloads = new LinkedHashMap<>();
            for (var carrier : now.carriers()) {
                payloads.put(carrier, carrier.encode(task.call()));
            }
            return new Encoded(now, Map.copyOf(payloads));
        } catch (NotTransferableException e) {
            var here = attached.stream()
                    .filter(each -> each.pool().carrier().isEmpty())
                    .map(AttachedPool::name)
                    .toList();
            throw here.isEmpty()
                    ? e
                    : new NotTransferableException(
                            e.getMessage() + "; a task that says local() need not travel: it runs on " + here
                                    + " only, in this JVM",
                            e.getCause());
        }
    }

    /// Encodes a value for all that are attached; for others it is encoded with the first task that takes it
    /// there.
    <T> Shared<T> share(T value) {
        if (dispatcher.life().isShutdown()) {
            throw new RejectedExecutionException(
                    "nothing is shared any more: the queue '" + dispatcher.queueName() + "' is shut down");
        }
        var shared = Shared.of(value);
        needs.carriers().forEach(shared::encodeFor);
        return shared;
    }

    boolean runInCaller() {
        return attached.stream().anyMatch(each -> each.pool().runsInCaller());
    }

    void submitted(WorkerPool.Submission submission) {
        attached.forEach(each -> each.pool().submitted(submission));
    }

    /// How many threads are stuck in attempts that were given up.
    int leftBehind() {
        return Stream.concat(attached.stream(), former.stream())
                .mapToInt(each -> each.pool().leftBehind())
                .sum();
    }

    /// Releases all, at the end of the queue.
    void close() {
        List<AttachedPool> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(attached);
            all.addAll(former);
        }
        RuntimeException failure = null;
        for (var each : all) {
            try {
                each.release();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
