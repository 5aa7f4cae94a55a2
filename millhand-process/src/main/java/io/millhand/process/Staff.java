package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.WorkerHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The workers of a pool: as many as are wanted, and those that were wanted before.
final class Staff {

    /*
     * Any thread. The lists are replaced under the monitor, never changed, and read without it. One that is not wanted
     * may still have attempts, on their way to it even; it stays known, and is the first to come back.
     *
     * `changing` is held while the queue is told, so that what it is told last is what was decided last. Nobody who
     * holds another lock waits for it.
     */

    private final WorkerHost host;
    private final ProcessPool pool;
    private final ProcessWorkers config;
    private final long heapBytes;

    private final Object changing = new Object();

    private volatile List<ProcessWorker> wanted = List.of();
    private volatile List<ProcessWorker> dismissed = List.of();

    @GuardedBy("this")
    private int lastNumber;

    /// @param heapBytes of each child
    Staff(WorkerHost host, ProcessPool pool, ProcessWorkers config, long heapBytes) {
        this.host = host;
        this.pool = pool;
        this.config = config;
        this.heapBytes = heapBytes;
    }

    /// Those that get tasks.
    List<ProcessWorker> wanted() {
        return wanted;
    }

    synchronized List<ProcessWorker> all() {
        var all = new ArrayList<>(wanted);
        all.addAll(dismissed);
        return all;
    }

    /// As [#become], unless that contradicts what was said of these workers.
    void resize(int size) {
        var life = config.life();
        if (size < life.least()) {
            throw new IllegalArgumentException("child JVMs must be at least " + life.least() + ", was " + size
                    + ": so many are always there, see ChildLife.least");
        }
        if (size > config.workers() && config.jvm().heapBytes().isEmpty()) {
            throw new IllegalArgumentException("child JVMs must be at most " + config.workers() + ", was " + size
                    + ": the heap of each, " + (heapBytes >> 20) + " MiB, is its share among so many and "
                    + life.spares() + " spares; say ProcessWorkers.heap for a number that grows, or attach others");
        }
        become(size);
    }

    /// Offers workers, or takes back those that have least to do.
    void become(int size) {
        synchronized (changing) {
            if (wanted.size() < size) {
                grow(size - wanted.size());
            } else {
                shrink(wanted.size() - size);
            }
        }
    }

    @GuardedBy("changing")
    private void grow(int count) {
        List<ProcessWorker> come;
        synchronized (this) {
            come = more(count);
            dismissed = difference(dismissed, come);
            wanted = sum(wanted, come);
        }
        for (var worker : come) {
            worker.welcome();
            host.offer(worker);
        }
    }

    @GuardedBy("changing")
    private void shrink(int count) {
        List<ProcessWorker> go;
        synchronized (this) {
            go = idlest(count);
            wanted = difference(wanted, go);
            dismissed = sum(dismissed, go);
        }
        for (var worker : go) {
            host.withdraw(worker);
            worker.dismiss();
        }
    }

    @GuardedBy("this")
    private List<ProcessWorker> more(int count) {
        var come = new ArrayList<>(dismissed.subList(0, Math.min(count, dismissed.size())));
        while (come.size() < count) {
            come.add(new ProcessWorker(host.queueName() + "#" + ++lastNumber, host, pool));
        }
        return come;
    }

    private record Look(ProcessWorker worker, int load, boolean manned) {

        static Look at(ProcessWorker worker) {
            return new Look(worker, worker.load(), worker.isManned());
        }
    }

    /// Among those that have nothing to do, first those without a child, and of several the last.
    @GuardedBy("this")
    private List<ProcessWorker> idlest(int count) {
        return wanted.reversed().stream()
                .map(Look::at) // once each: they go on meanwhile
                .sorted(Comparator.comparingInt(Look::load).thenComparing(Look::manned))
                .limit(count)
                .map(Look::worker)
                .toList();
    }

    private static List<ProcessWorker> difference(List<ProcessWorker> all, List<ProcessWorker> without) {
        return all.stream().filter(worker -> !without.contains(worker)).toList();
    }

    private static List<ProcessWorker> sum(List<ProcessWorker> some, List<ProcessWorker> others) {
        var sum = new ArrayList<>(some);
        sum.addAll(others);
        return List.copyOf(sum);
    }
}
