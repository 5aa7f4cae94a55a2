package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.CrashReport;
import io.millhand.WorkerChange;
import io.millhand.WorkerStartException;
import io.millhand.spi.Backend;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One child JVM from its start to its confirmed death.
final class Child implements FrameListener, Turns.Target {

    /*
     * STARTING -> CONNECTED -> DEAD, or STARTING -> DEAD.
     *
     * Dead is who has exited *and* whose channel was read to its end *and* whose output was drained: only then is it
     * known what it was doing and why it ended. The three ends come from three threads and are put together on the
     * loop's thread, which also handles the frames, so that no frame comes after the death.
     *
     * An end that does not come although the process has exited (somebody else holds the other side open: a process
     * that the child started) is not waited for beyond a limit.
     */

    /// What serves all children of a pool.
    record Loops(ChannelLoop channels, OutputLoop output, ClassServer classes, Guard guard) {}

    /// Is told what a child says and when it is dead. Loop's thread.
    interface Owner {
        void received(Child child, Frame frame);

        void died(Child child);

        /// The child runs its shutdown hooks and will be dead soon.
        void exiting(Child child);

        /// What the dead child left behind is gone, too. On a thread of its own.
        void swept(Child child);
    }

    private static final System.Logger LOG = System.getLogger("io.millhand.process");
    private static final long STRAGGLERS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /// How long teardown and shutdown hooks of a child may take that leaves by itself.
    private static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Process process;
    private final ChannelLoop loop;
    private final Backend backend;
    private final ChildOutput output;
    private final Turns turns;
    private final OutputLoop outputLoop;
    private final ClassServer classes;
    private final Guard guard;
    private final long bornNanos;

    private final SharedLedger shared;
    private final CompletableFuture<@Nullable Void> exit = new CompletableFuture<>();

    /// Completes with the answer of the initializer: READY or SETUP_FAILED.
    private final CompletableFuture<Frame> setUp = new CompletableFuture<>();

    /// Who it works for; changes once, when a spare is taken.
    private volatile Owner owner;

    /// The name of its worker; changes with the owner.
    private volatile String worker;

    @GuardedBy("this")
    private @Nullable FrameChannel channel;

    /// By this side.
    private volatile boolean killed;

    /// It was asked to leave by itself.
    @GuardedBy("this")
    private boolean leaving;

    /// Its worker has told that it is there, and not yet that it is gone.
    @GuardedBy("this")
    private boolean missed;

    /// It has taken some attempt.
    private volatile boolean proven;

    /// Why this side killed it although its attempts were wanted; empty where it did not.
    private volatile String condemnation = "";

    private final AttemptCount count;

    private volatile long idleSince;

    /// Written once, before anybody else knows this child.
    private Autopsy autopsy = Autopsy.NONE;

    /// Written by the loop's thread, before the owner is told.
    private volatile boolean dead;

    // Loop's thread only.

    private volatile boolean announcedExit;
    private volatile boolean exited;
    private boolean channelEnded;

    /// The channel was given up before its end: what the child has taken is not known.
    private boolean broken;

    private boolean outputEnded;

    Child(String worker, Process process, Loops loops, Backend backend, Owner owner) {
        this.worker = worker;
        this.process = process;
        this.loop = loops.channels();
        this.outputLoop = loops.output();
        this.classes = loops.classes();
        this.guard = loops.guard();
        this.backend = backend;
        this.owner = owner;
        this.bornNanos = backend.nanoTime();
        count = new AttemptCount(bornNanos);
        this.idleSince = bornNanos;
        shared = new SharedLedger(this::send, classes::idOf);
        output = new ChildOutput(process, worker, outputLoop);
        outputLoop.add(output);
        turns = new Turns(this, backend);
        backend.start("millhand-" + worker + "-exit", this::awaitExit);
    }

    /// On a thread of its own: the JDK's [Process#onExit] tells on the common pool, whose threads may all wait for
    /// tasks.
    private void awaitExit() {
        while (true) {
            try {
                var _ = process.waitFor();
                loop.execute(this::exited);
                exit.complete(null);
                return;
            } catch (InterruptedException _) {
                // by nobody of ours
            }
        }
    }

    /// Completes with the end of the process, on a thread that may not be held up.
    CompletableFuture<@Nullable Void> exit() {
        return exit;
    }

    void examinedBy(Autopsy autopsy) {
        this.autopsy = autopsy;
    }

    /// STARTING -> CONNECTED
    void connected(SocketChannel socket, Wire.Welcome welcome, Journal journal) throws IOException {
        autopsy.connected(process.pid());
        var connected = new FrameChannel(socket, welcome.ceiling() + Wire.Threw.MOST_TEXT_BYTES, this, journal);
        synchronized (this) {
            channel = connected;
        }
        connected.send(new Frame(FrameKind.WELCOME, 0, 0, welcome.encode()));
        loop.add(connected);
    }

    /// Who serves it the classes of this JVM's loaders.
    ClassServer classes() {
        return classes;
    }

    /// The values that it was sent for its tasks.
    SharedLedger shared() {
        return shared;
    }

    /// Whether it runs attempts or a broadcast.
    Turns turns() {
        return turns;
    }

    boolean isDead() {
        return dead;
    }

    /// Whether the child may have taken attempts that it is not known to have taken. Loop's thread.
    boolean isBroken() {
        return broken;
    }

    /// Whether it is dead, or will be soon by its own doing.
    boolean isGoing() {
        return announcedExit || exited || dead;
    }

    /// Whether a signal ended it that did not come from here, as far as the exit code tells. Only after its exit.
    boolean endedBySignal() {
        return !killed
                && Signals.signalOf(process.exitValue(), announcedExit, "").isPresent();
    }

    Process process() {
        return process;
    }

    /// Completes with the answer to SETUP, or with why there will be none.
    CompletableFuture<Frame> setUp() {
        return setUp;
    }

    @Override
    public void send(Frame frame) {
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        if (connected != null) {
            connected.send(frame);
        }
    }

    @Override
    public void send(Delivery delivery) {
        var call = delivery.call();
        var head = new Wire.AssignHead(
                0, worker, delivery.broadcast.name(), Map.of(), classes.idOf(call.loader()), Terms.NONE);
        output.began(delivery.number, delivery.broadcast.name());
        shared.ensureSent(call);
        send(new Frame(FrameKind.BROADCAST, delivery.number, 0, head.encode(), call.call()));
    }

    @Override
    public void afterOutput(Delivery delivery, Runnable action) {
        output.afterwards(delivery.number, 0, reads(), () -> {
            output.ended(delivery.number, 0);
            action.run();
        });
    }

    /// As [#afterOutput(Delivery, Runnable)], for the answer of an attempt. Loop's thread.
    void afterOutput(Frame answer, Runnable action) {
        output.afterwards(answer.task(), answer.attempt(), reads(), action);
    }

    /// Whether something was written past its own streams. Loop's thread.
    boolean hasRawOutput() {
        return output.hasRaw(reads());
    }

    private long reads() {
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        return connected == null ? 0 : connected.reads();
    }

    /// It is another owner's from now on. Who adopts looks afterwards whether it is dead.
    void adoptedBy(Owner owner, String worker) {
        this.worker = worker;
        this.owner = owner;
        output.worker(worker);
    }

    /// What it prints.
    ChildOutput output() {
        return output;
    }

    ChildProcess asProcess() {
        return new ChildProcess(
                worker,
                process.pid(),
                output.tasks(),
                Duration.ofNanos(backend.nanoTime() - bornNanos),
                ResidentMemory.of(process.pid()),
                output.debugPort());
    }

    @Override
    public boolean isDebugged() {
        var port = output.debugPort();
        return port.isPresent() && DebugPort.isAttached(port.getAsInt());
    }

    /// What it was given. Owner's lock.
    AttemptCount count() {
        return count;
    }

    /// It was told that it is there. Who tells looks afterwards whether it is dead.
    synchronized void welcomed() {
        missed = true;
    }

    /// Whether its death is still to be told: once, and only after it was told that it lived.
    synchronized boolean takeLeave() {
        boolean was = missed;
        missed = false;
        return was;
    }

    /// What its death was to the queue. Only after its exit.
    synchronized WorkerChange farewell() {
        boolean wanted = !condemnation.isEmpty() || (!killed && !leaving);
        return wanted ? WorkerChange.CRASHED : WorkerChange.RECYCLED;
    }

    void proven() {
        proven = true;
    }

    boolean isProven() {
        return proven;
    }

    long bornNanos() {
        return bornNanos;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanos) {
        idleSince = nanos;
    }

    /// Asks the child to leave by itself after the broadcasts that it has, so that its teardown and its shutdown
    /// hooks run; they get a while. Idempotent.
    void leave() {
        synchronized (this) {
            if (leaving) {
                return;
            }
            leaving = true;
        }
        turns.whenQuiet(() -> {
            send(Frame.of(FrameKind.STOP));
            escort();
        });
    }

    private void escort() {
        backend.schedule(EXIT_NANOS, this::killIfAlive);
    }

    /// Remembers why it is about to be killed; the first reason stands.
    synchronized void condemn(String reason) {
        condemnation = condemnation.isEmpty() ? reason : condemnation;
    }

    /// Ends the process and those that it started. Idempotent, from any thread; the death is told later.
    void kill() {
        killed = true;
        end();
    }

    private void end() {
        turns.close();
        // Who has left the group, or was started before there was one, is found as a descendant, while it has a parent.
        List<ProcessHandle> descendants = process.descendants().toList();
        // Not through Process.destroyForcibly, which would close the streams and lose the last lines.
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void kill(String reason) {
        if (!dead) {
            condemn(reason);
            owner.exiting(this);
            killAside();
        }
    }

    @Override
    public void received(Frame frame) throws IOException {
        switch (frame.kind()) {
            case HELLO -> checkHello(Wire.decodeText(frame.body()));
            case EXITING -> {
                announcedExit = true;
                turns.close();
                owner.exiting(this);
                escort();
            }
            case READY, SETUP_FAILED -> setUp.complete(frame);
            case MESSAGE -> output.said(frame);
            case PROGRESS -> output.progressed(frame, ProgressFrame.decode(frame));
            case STARTED, GIVEN_BACK, RETURNED, THREW, STACK, ALIVE, ITEMS, DEMAND -> hand(frame);
            case RESOURCE_REQUEST -> classes.serve(frame, this::send);
            case WELCOME,
                    ASSIGN,
                    CANCEL,
                    STACK_REQUEST,
                    STOP,
                    SETUP,
                    INTERRUPT,
                    RESOURCE,
                    BROADCAST,
                    SHARE,
                    SITE,
                    UNSHARE,
                    INPUT_ENDED,
                    TAKE_BACK,
                    ITEMS_CLOSED,
                    ARRAY -> throw new ProtocolException("a parent must not be sent " + frame.kind());
        }
    }

    /// Attempts are numbered from 1.
    private void hand(Frame frame) {
        if (frame.attempt() == 0) {
            turns.received(frame);
        } else {
            owner.received(this, frame);
        }
    }

    private static void checkHello(String javaVersion) throws ProtocolException {
        String own = ChildRunner.javaVersion();
        if (!javaVersion.equals(own)) {
            throw new ProtocolException("child must run JDK " + own + ", runs " + javaVersion);
        }
    }

    @Override
    public void ended(@Nullable IOException cause) {
        channelEnded = true;
        if (cause instanceof ProtocolException) {
            broken = true; // what stood behind it was not read
            condemn("killed since it broke the protocol: " + cause.getMessage());
            LOG.log(System.Logger.Level.ERROR, "worker " + worker + " broke the protocol and is killed", cause);
        }
        // Without its channel it is of no use, whether it lives or not. Where the system is slow it may well be dead
        // by somebody else's doing, and its exit be known later: this is not what killed it.
        if (!exited) {
            backend.schedule(STRAGGLERS_NANOS, this::clearAway);
        }
        judge();
    }

    private void clearAway() {
        if (!exited) {
            aside("kill", this::end);
        }
    }

    private void killIfAlive() {
        if (process.isAlive()) {
            killAside();
        }
    }

    /// Kills from another thread: looking for descendants takes its time.
    void killAside() {
        aside("kill", this::kill);
    }

    /// What must be done is done by this thread where no other can be had.
    private void aside(String what, Runnable body) {
        try {
            backend.start("millhand-" + worker + "-" + what, body);
        } catch (RuntimeException | Error _) {
            body.run();
        }
    }

    private void exited() {
        exited = true;
        output.afterwards(() -> loop.execute(this::outputEnded));
        backend.schedule(STRAGGLERS_NANOS, () -> loop.execute(this::giveUpOnStragglers));
        judge();
    }

    private void outputEnded() {
        outputEnded = true;
        judge();
    }

    /// Somebody else may hold the channel open, or a log handler the output up.
    private void giveUpOnStragglers() {
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        if (connected != null && !channelEnded) {
            connected.readRest(); // what the child has written is here, if nobody stands in between
            broken |= !channelEnded;
        }
        channelEnded = true;
        outputEnded = true;
        judge();
    }

    private void judge() {
        if (dead || !exited || !channelEnded || !outputEnded) {
            return;
        }
        release();
        dead = true;
        shared.close();
        outputLoop.remove(output);
        setUp.completeExceptionally(new IOException("the child has died"));
        turns.died(number -> crashReport(number, 0));
        owner.died(this);
        aside("sweep", this::sweep);
    }

    private void sweep() {
        ProcessGroup.kill(process.pid());
        guard.forget(process.pid());
        owner.swept(this);
    }

    private void release() {
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        if (connected != null) {
            broken |= !connected.readKept();
            connected.close();
        }
    }

    /// Never connected: there is no channel whose end could be waited for.
    void startFailed() {
        kill();
        loop.execute(() -> {
            channelEnded = true;
            judge();
        });
    }

    CrashReport crashReport(long task, int attempt) {
        String fatalError = output.fatalError();
        var remains = new Autopsy.Remains(
                worker,
                process.pid(),
                process.exitValue(),
                announcedExit,
                killed,
                condemnation,
                output.errTail(),
                fatalError,
                Duration.ofNanos(backend.nanoTime() - bornNanos));
        return autopsy.report(remains, task, attempt);
    }

    /// Tells why the child did not start, with the JVM's own words.
    WorkerStartException startFailure(String what, @Nullable Throwable cause) {
        String state = process.isAlive() ? "is still alive" : "exited with code " + process.exitValue();
        String said = (output.errTail() + "\n" + output.outTail()).strip();
        return new WorkerStartException(
                "worker " + worker + " (pid " + process.pid() + ") " + what + "; it " + state
                        + (said.isEmpty() ? " and said nothing" : " and said:\n" + said),
                cause);
    }

    /// Waits until the output of a process that has exited is told, but not for long.
    void awaitOutput() {
        var told = new CountDownLatch(1);
        output.afterwards(told::countDown);
        try {
            var _ = told.await(1, TimeUnit.SECONDS); // else with what there is
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return worker + " (pid " + process.pid() + ")";
    }
}
