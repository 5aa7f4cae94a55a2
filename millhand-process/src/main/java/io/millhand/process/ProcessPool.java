package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import io.millhand.spi.BroadcastEnding;
import io.millhand.spi.Carrier;
import io.millhand.spi.EncodedBroadcast;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The child JVMs of one queue.
final class ProcessPool implements WorkerPool {

    private static final System.Logger LOG = System.getLogger("io.millhand.process");

    /// Why a child was killed that did nothing wrong but to be the largest.
    static final String OVER_BUDGET = "killed to keep the memory budget of its pool";

    /// No payload may be larger, whatever the heaps are.
    private static final long CEILING_BYTES = 1 << 30;

    /// How long an idle child may take to leave by itself when the queue closes: it runs its shutdown hooks.
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long BURY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// How often children are looked at where their memory, age or number matters.
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Those of this JVM.
    private static final Set<ProcessPool> OPEN = ConcurrentHashMap.newKeySet();

    private final WorkerHost host;
    private final ProcessWorkers config;
    private final ProcessCarrier carrier;
    private final Child.Loops loops;
    private final ChildLauncher launcher;
    private final Optional<Preparation> preparation;
    private final Staff staff;
    private final Spares spares;
    private final UnaskedStarts unasked = new UnaskedStarts();
    private final BroadcastLog broadcasts = new BroadcastLog();

    /// From the birth of each process until it is dead and what it left behind is gone.
    @GuardedBy("this")
    private final Set<Child> living = new HashSet<>();

    @GuardedBy("this")
    private int starting;

    /// A timer will look at the children.
    @GuardedBy("this")
    private boolean tending;

    @GuardedBy("this")
    private boolean closed;

    /// Timer's thread, one look after the other.
    private volatile boolean shortageTold;

    private ProcessPool(WorkerHost host, ProcessWorkers config, long answerCeiling) {
        this.host = host;
        this.config = config;
        var life = config.life();
        long heapBytes = config.jvm().heapBytes().orElseGet(() -> HeapSlice.of(config.workers() + life.spares()));
        // The child holds the bytes and what they become at the same time, for each of its slots.
        long ceiling = Math.min(CEILING_BYTES, heapBytes / 3 / config.slots());
        carrier = new ProcessCarrier(ceiling, config.limits());
        // May refuse it: nothing that must be closed is open yet.
        preparation = config.setup().map(setup -> Preparation.of(setup, carrier));
        loops = new Child.Loops(
                new ChannelLoop(),
                new OutputLoop(host.logsMessages()),
                new ClassServer(host.queueName(), heapBytes / 4),
                new Guard(host.queueName(), host.backend()));
        var welcome = new Wire.Welcome(answerCeiling, config.slots(), life.nesting(), Guard.isPossible());
        launcher = new ChildLauncher(config, heapBytes, welcome, loops, host);
        spares = new Spares(this, life.spares());
        staff = new Staff(host, this, config, heapBytes);
    }

    static ProcessPool open(WorkerHost host, ProcessWorkers config) {
        return open(host, config, config.limits().answerBytes());
    }

    /// Opens with another ceiling than half of this heap for what a child may answer, in bytes.
    static ProcessPool open(WorkerHost host, ProcessWorkers config, long answerCeiling) {
        var pool = new ProcessPool(host, config, answerCeiling);
        host.backend().start("millhand-" + host.queueName() + "-channels", pool.loops.channels());
        host.backend().start("millhand-" + host.queueName() + "-output", pool.loops.output());
        OPEN.add(pool);
        pool.staff.become(config.workers());
        if (config.life().least() > 0 || config.life().spares() > 0) {
            pool.tendIn(0);
        }
        return pool;
    }

    static Stream<ProcessPool> opened() {
        return OPEN.stream();
    }

    List<ChildProcess> living() {
        List<Child> children;
        synchronized (this) {
            children = List.copyOf(living);
        }
        return children.stream().map(Child::asProcess).toList();
    }

    /// How large one encoded task may be, or one item of its input.
    long taskBytes() {
        return carrier.ceiling();
    }

    @Override
    public Optional<Carrier> carrier() {
        return Optional.of(carrier);
    }

    @Override
    public void resize(int size) {
        staff.resize(size);
        tendIn(0); // there may be fewer than the least number now
    }

    @Override
    public CompletableFuture<List<BroadcastEnding>> broadcast(EncodedBroadcast broadcast) {
        return broadcasts.broadcast(broadcast);
    }

    int slots() {
        return config.slots();
    }

    /// Where crashes are kept.
    CrashFolders crashes() {
        return launcher.crashes();
    }

    /// How many attempts a child may run before it is replaced.
    int attemptsPerChild() {
        return config.life().recycling().tasks().orElse(Integer.MAX_VALUE);
    }

    /// How long a child may leave an attempt untaken.
    long takeLimitNanos() {
        return config.life().startLimit().toNanos();
    }

    /// Gives the worker a child: a spare at once, or a new one later, or tells that it could not be started.
    void provide(ProcessWorker worker) {
        for (var spare = spares.take(); spare != null; spare = spares.take()) {
            spare.adoptedBy(worker, worker.name());
            if (worker.adopted(spare)) {
                refillSpares();
                return;
            }
        }
        try {
            host.backend().start("millhand-" + worker.name() + "-start", () -> start(worker));
        } catch (RuntimeException | Error e) { // no thread can be had; the worker must not wait for one
            worker.startFailed(new WorkerStartException("worker " + worker.name() + " cannot be started: " + e, e));
        }
    }

    private void start(ProcessWorker worker) {
        try {
            worker.arrived(launch(worker.name(), worker));
        } catch (WorkerStartException e) {
            worker.startFailed(e);
        } catch (RuntimeException | Error e) {
            worker.startFailed(new WorkerStartException("worker " + worker.name() + " cannot be started: " + e, e));
        }
    }

    void startSpare(Spares owner) {
        String name = host.queueName() + "#spare";
        try {
            host.backend().start("millhand-" + name + "-start", () -> launchSpare(name, owner));
        } catch (RuntimeException | Error e) { // no thread can be had
            owner.failed();
            startedInVain(new WorkerStartException("a spare cannot be started: " + e, e));
        }
    }

    private void launchSpare(String name, Spares owner) {
        try {
            owner.arrived(launch(name, owner));
        } catch (WorkerStartException e) {
            owner.failed();
            startedInVain(e);
        } catch (RuntimeException | Error e) {
            owner.failed();
            startedInVain(new WorkerStartException("a spare cannot be started: " + e, e));
        }
    }

    /// A child could not be started that no task waits for.
    void startedInVain(WorkerStartException cause) {
        unasked.failed(cause, host.backend().nanoTime());
    }

    /// Blocks until the child is connected, is prepared and has run what is remembered.
    private Child launch(String worker, Child.Owner owner) throws WorkerStartException {
        synchronized (this) {
            if (closed) {
                throw new WorkerStartException("worker " + worker + " is not started: its queue is closed", null);
            }
            starting++;
        }
        try {
            var child = launcher.launch(worker, owner, this::born);
            if (preparation.isPresent()) {
                preparation.get().prepare(child, worker);
            }
            broadcasts.replay(child, worker);
            unasked.succeeded();
            return child;
        } finally {
            synchronized (this) {
                starting--;
                notifyAll();
            }
            tendIn(lookNanos());
        }
    }

    private void refillSpares() {
        if (unasked.mayTry(host.backend().nanoTime())) {
            spares.refill();
        }
    }

    private void warmUp() {
        long manned = staff.wanted().stream().filter(ProcessWorker::isManned).count();
        for (var worker : staff.wanted()) {
            boolean wanted = manned < config.life().least()
                    && unasked.mayTry(host.backend().nanoTime());
            if (wanted && worker.warmUp()) {
                manned++;
            }
        }
    }

    private void tendIn(long nanos) {
        synchronized (this) {
            if (tending || closed) {
                return;
            }
            tending = true;
        }
        host.backend().schedule(nanos, this::tend);
    }

    /// Once a second where that matters, else a few times while the idle limit passes.
    private long lookNanos() {
        var life = config.life();
        boolean often = life.least() > 0 || life.spares() > 0 || memoryMatters() || isAgeLimited();
        return often
                ? Math.min(LOOK_NANOS, life.idleLimit().toNanos())
                : life.idleLimit().toNanos() / 4 + 1;
    }

    private boolean memoryMatters() {
        return config.life().memoryBudget().isPresent()
                || config.life().recycling().memoryBytes().isPresent();
    }

    private boolean isAgeLimited() {
        return config.life().recycling().age().isPresent();
    }

    /// The timer's thread: looks at all children and goes on as long as there are some, or should be.
    private void tend() {
        try {
            look();
        } finally {
            boolean goesOn;
            synchronized (this) {
                tending = false;
                goesOn = !living.isEmpty()
                        || starting > 0
                        || config.life().least() + config.life().spares() > 0;
            }
            if (goesOn) {
                tendIn(lookNanos());
            }
        }
    }

    private void look() {
        long now = host.backend().nanoTime();
        var samples = staff.all().stream()
                .flatMap(worker -> worker.samples(now, memoryMatters()).stream())
                .toList();
        var decision = Tending.decide(samples, spares.samples(now, memoryMatters()), config.life());
        for (var sample : decision.retired()) {
            staff.all().forEach(worker -> worker.retire(sample.child()));
            spares.retire(sample.child());
        }
        for (var sample : decision.killed()) {
            sample.child().condemn(OVER_BUDGET);
            staff.all().forEach(worker -> worker.dismiss(sample.child()));
            if (!sample.child().isDead()) {
                sample.child().killAside();
            }
        }
        decision.shortage().ifPresent(this::tellShortage);
        refillSpares();
        warmUp();
    }

    /// Timer's thread. Once: it will not change by itself.
    private void tellShortage(String shortage) {
        if (!shortageTold) {
            shortageTold = true;
            LOG.log(System.Logger.Level.WARNING, "queue " + host.queueName() + ": " + shortage);
        }
    }

    private synchronized void born(Child child) {
        living.add(child);
    }

    void buried(Child child) {
        broadcasts.forget(child);
        synchronized (this) {
            living.remove(child);
            notifyAll();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        broadcasts.close();
        staff.all().forEach(ProcessWorker::close);
        spares.close();
        try {
            if (!awaitEmpty(LEAVE_NANOS)) {
                killAll();
                awaitEmpty(BURY_NANOS);
            }
        } catch (InterruptedException _) {
            killAll();
            Thread.currentThread().interrupt();
        }
        launcher.close();
        loops.classes().close();
        loops.channels().close();
        loops.output().close();
        loops.guard().close();
        OPEN.remove(this);
    }

    private void killAll() {
        List<Child> stubborn;
        synchronized (this) {
            stubborn = List.copyOf(living);
        }
        stubborn.forEach(Child::kill);
    }

    private synchronized boolean awaitEmpty(long limitNanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!living.isEmpty() || starting > 0) {
            long left = limitNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
