package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.CrashReport;
import io.millhand.WorkerStartException;
import io.millhand.spi.Assignment;
import io.millhand.spi.Backend;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One child JVM from its start to its confirmed death.
final class Child implements FrameListener {

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

    private final String worker;
    private final Process process;
    private final ChannelLoop loop;
    private final Backend backend;
    private final Owner owner;
    private final OutputPump out;
    private final OutputPump err;
    private final long bornNanos;

    @GuardedBy("this")
    private @Nullable FrameChannel channel;

    @GuardedBy("this")
    private @Nullable SocketChannel lifeline;

    /// By this side.
    private volatile boolean killed;

    /// Written by the loop's thread, before the owner is told.
    private volatile boolean dead;

    // Loop's thread only.

    private volatile boolean announcedExit;
    private boolean exited;
    private boolean channelEnded;

    Child(String worker, Process process, ChannelLoop loop, Backend backend, Owner owner) {
        this.worker = worker;
        this.process = process;
        this.loop = loop;
        this.backend = backend;
        this.owner = owner;
        this.bornNanos = backend.nanoTime();
        out = new OutputPump(process.getInputStream(), worker);
        err = new OutputPump(process.getErrorStream(), worker);
        backend.start("millhand-" + worker + "-out", out);
        backend.start("millhand-" + worker + "-err", err);
        var _ = out.drained().thenRun(() -> loop.execute(this::judge));
        var _ = err.drained().thenRun(() -> loop.execute(this::judge));
        var _ = process.onExit().thenRun(() -> loop.execute(this::exited));
    }

    /// STARTING -> CONNECTED
    void connected(SocketChannel channelSocket, SocketChannel lifelineSocket, long ceiling) throws IOException {
        var connected = new FrameChannel(channelSocket, ceiling, this);
        synchronized (this) {
            channel = connected;
            lifeline = lifelineSocket;
        }
        connected.send(new Frame(FrameKind.WELCOME, 0, 0, Wire.encodeLong(ceiling)));
        loop.add(connected);
    }

    boolean isDead() {
        return dead;
    }

    /// Whether a signal ended it that did not come from here, as far as the exit code tells. Only after its exit.
    boolean endedBySignal() {
        return !killed
                && Signals.signalOf(process.exitValue(), announcedExit, "").isPresent();
    }

    Process process() {
        return process;
    }

    void send(Frame frame) {
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        if (connected != null) {
            connected.send(frame);
        }
    }

    /// Asks the child to leave by itself, so that shutdown hooks run.
    void stop() {
        send(Frame.of(FrameKind.STOP));
    }

    /// Ends the process and those that it started. Idempotent, from any thread; the death is told later.
    void kill() {
        killed = true;
        // Who has left the group, or was started before there was one, is found as a descendant, while it has a parent.
        List<ProcessHandle> descendants = process.descendants().toList();
        cutLifeline();
        // Not through Process.destroyForcibly, which would close the streams and lose the last lines.
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private synchronized void cutLifeline() {
        if (lifeline != null) {
            try {
                lifeline.close();
            } catch (IOException _) {
                // closed is closed
            }
        }
    }

    @Override
    public void received(Frame frame) throws IOException {
        switch (frame.kind()) {
            case HELLO -> checkHello(Wire.decodeText(frame.body()));
            case EXITING -> {
                announcedExit = true;
                owner.exiting(this);
            }
            case STARTED, RETURNED, THREW, STACK -> owner.received(this, frame);
            case WELCOME, ASSIGN, CANCEL, STACK_REQUEST, STOP ->
                throw new ProtocolException("a parent must not be sent " + frame.kind());
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
            LOG.log(System.Logger.Level.ERROR, "worker " + worker + " broke the protocol and is killed", cause);
        }
        // Without its channel it is of no use, whether it lives or not.
        if (!exited) {
            backend.schedule(STRAGGLERS_NANOS, this::killIfAlive);
        }
        judge();
    }

    private void killIfAlive() {
        if (process.isAlive()) {
            backend.start("millhand-" + worker + "-kill", this::kill);
        }
    }

    private void exited() {
        exited = true;
        backend.schedule(STRAGGLERS_NANOS, () -> loop.execute(this::giveUpOnStragglers));
        judge();
    }

    private void giveUpOnStragglers() {
        channelEnded = true;
        out.drained().complete(null);
        err.drained().complete(null);
        judge();
    }

    private void judge() {
        if (dead
                || !exited
                || !channelEnded
                || !out.drained().isDone()
                || !err.drained().isDone()) {
            return;
        }
        dead = true;
        release();
        owner.died(this);
        // The kernel ends the group when the lifeline is cut under a living leader; a dead one leaves it behind.
        // Whether
        // there is a group is not always known here: the child may have died between making and announcing it.
        backend.start("millhand-" + worker + "-sweep", this::sweep);
    }

    private void sweep() {
        ProcessGroup.kill(process.pid());
        owner.swept(this);
    }

    private void release() {
        cutLifeline();
        FrameChannel connected;
        synchronized (this) {
            connected = channel;
        }
        if (connected != null) {
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

    CrashReport crashReport(Assignment assignment) {
        int exitCode = process.exitValue();
        String fatalError = err.fatalError().isEmpty() ? out.fatalError() : err.fatalError();
        return new CrashReport(
                worker,
                process.pid(),
                OptionalInt.of(exitCode),
                Signals.signalOf(exitCode, announcedExit, fatalError),
                err.tail(),
                fatalError,
                assignment.taskId(),
                assignment.attempt(),
                Duration.ofNanos(backend.nanoTime() - bornNanos),
                false);
    }

    /// Tells why the child did not start, with the JVM's own words.
    WorkerStartException startFailure(String what, @Nullable Throwable cause) {
        String state = process.isAlive() ? "is still alive" : "exited with code " + process.exitValue();
        String said = (err.tail() + "\n" + out.tail()).strip();
        return new WorkerStartException(
                "worker " + worker + " (pid " + process.pid() + ") " + what + "; it " + state
                        + (said.isEmpty() ? " and said nothing" : " and said:\n" + said),
                cause);
    }

    /// Waits until the output is drained, but not for long.
    void awaitOutput() {
        try {
            CompletableFuture.allOf(out.drained(), err.drained()).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // then with what there is
        }
    }

    @Override
    public String toString() {
        return worker + " (pid " + process.pid() + ")";
    }
}
