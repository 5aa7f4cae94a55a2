package io.millhand.process;

import io.millhand.spi.EncodedBroadcast;
import io.millhand.spi.Signal;
import io.millhand.spi.TaskContexts;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The child's side of the channel: takes attempts, runs them, answers.
final class ChildRunner implements FrameListener {

    /*
     * With one slot the main thread reads the channel while it has nothing to run, and runs the attempts itself, one
     * after another; meanwhile the listener reads. With more slots it only reads, and gives each attempt a virtual
     * thread. What a turn of reading finds is handled in it, but for `orders`, which the main thread takes.
     *
     * The main thread runs broadcasts itself: the parent sends them only where no attempt is under way.
     *
     * STARTED is written before anything of the attempt is decoded or run: what kills this JVM afterwards is known to
     * have been that attempt, or one beside it.
     */

    /// The parent checks each body against the heap before it is sent.
    private static final long CEILING = Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2) + (1 << 20);

    /// How long the exit waits for a parent that does not read, before its last words and after them.
    private static final Duration LAST_WORDS_LIMIT = Duration.ofSeconds(2);

    /// How long an answer is kept while the next attempts run, but for one that takes longer than that.
    private static final long KEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final FrameChannel channel;
    private final ChannelLoop loop = new ChannelLoop();
    private final Signal signal = new ChannelSignal(loop);
    private final ItemsOutputs streams;
    private final Listener listener;
    private final AssignHeads heads = new AssignHeads();
    private final Orders orders = new Orders(this::send);
    private final Thread main = Thread.currentThread();
    private final ServedLoaders classes = new ServedLoaders(this::send, loop::turnUnlessOther);

    private final SharedStore shared = new SharedStore(classes);

    /// The attempts that run now; each added and removed by its own thread.
    private final Set<RunningAttempt> running = ConcurrentHashMap.newKeySet();

    private final ChildMessages messages;
    private final TaskOutput[] outputs;

    /// What the parent said first, before any order.
    private volatile Wire.Welcome welcome = new Wire.Welcome(0, 1, false, false);

    /// Main thread; virtual threads are started after it was written.
    private @Nullable WorkerState state;

    /// Main thread.
    private long flushedNanos = System.nanoTime();

    /// Main thread. Up to there arrays that were returned, and not copied, may be on their way.
    private long answeredUpTo;

    ChildRunner(SocketChannel socket, Journal journal) throws IOException {
        channel = new FrameChannel(socket, CEILING, this, journal);
        streams = new ItemsOutputs(channel, signal, () -> welcome.ceiling());
        listener = new Listener(loop, streams, orders, channel);
        streams.onOpen(listener::attend);
        messages = new ChildMessages(channel, running);
        messages.install();
        outputs = TaskOutput.install(messages);
        loop.add(channel);
        channel.send(new Frame(FrameKind.HELLO, 0, 0, Wire.encodeText(javaVersion())));
    }

    /// The build of the JDK. Both sides must run the same one.
    static String javaVersion() {
        return System.getProperty("java.vm.version", "");
    }

    private void send(Frame frame) {
        channel.send(frame);
    }

    /// In a shutdown hook. The JVM waits up to 300 ms for threads in native code before it exits: nothing more is
    /// read, as long as somebody else watches the parent.
    void announceExit() {
        orders.giveUp(); // somebody may have called for the exit while the main thread goes on
        channel.finish(LAST_WORDS_LIMIT); // a thread that waits while it prints would hold up the last lines
        for (var output : outputs) {
            output.endAll();
        }
        running.forEach(messages::end);
        messages.flush();
        channel.send(Frame.of(FrameKind.EXITING));
        channel.finish(LAST_WORDS_LIMIT);
        if (welcome.guarded() && !classes.inUse()) {
            loop.close();
        }
    }

    /// Runs attempts until the parent says stop, then ends what the initializer began.
    void run() throws IOException {
        var goesOn = true;
        while (goesOn) {
            goesOn = follow();
        }
        if (state != null) {
            listener.begin();
            state.tearDown();
            listener.end();
        }
    }

    /// Waits for an order and does what it says; answers false where it says stop. A method of its own, so that
    /// nothing holds the one order, which may be a third of the heap, while the next one is waited for.
    private boolean follow() throws IOException {
        var order = takeNext();
        if (order.kind() == FrameKind.STOP) {
            return false;
        }
        if (order.kind() == FrameKind.SETUP) {
            listener.begin(); // it also writes what the initializer prints
            channel.send(setUp(order));
            listener.end();
        } else if (hasOneSlot() || order.kind() == FrameKind.BROADCAST) {
            listener.begin();
            flushIfDue(orders.begin());
            var answer = answer(order);
            orders.end(); // before it is told: what the parent sends then does not wait behind this one
            tell(order, answer);
            if (hasOneSlot() && !answer.arrays().isEmpty()) {
                answeredUpTo = channel.sentUpTo();
            }
            listener.end();
        } else {
            Thread.ofVirtual()
                    .name("millhand-task-" + order.task() + "-" + order.attempt())
                    .start(() -> tell(order, answer(order)));
        }
        return true;
    }

    /// What is kept does not wait longer than some tasks take.
    private void flushIfDue(long nowNanos) {
        if (nowNanos - flushedNanos > KEEP_NANOS) {
            flushedNanos = nowNanos;
            channel.flush();
        }
    }

    private Frame takeNext() throws IOException {
        while (true) {
            var order = mayBegin() ? orders.poll() : null;
            if (order != null) {
                return order;
            }
            channel.flush();
            var _ = Thread.interrupted(); // by a thread that some task has left behind: it means nothing here
            // Somebody else may have read one, and its wake-up be used up.
            loop.turnUnless(() -> mayBegin() && !orders.isEmpty());
            if (loop.isClosed()) {
                LockSupport.park(this); // the JVM is about to exit
            }
        }
    }

    /// Main thread. What an attempt has returned is written as it is, without a copy, and the next one may change it.
    private boolean mayBegin() {
        if (answeredUpTo != 0 && channel.isDoneUpTo(answeredUpTo)) {
            answeredUpTo = 0;
        }
        return answeredUpTo == 0;
    }

    @SuppressWarnings("ReferenceEquality") // threads have no other
    private void order(Frame frame) throws ProtocolException {
        orders.add(frame);
        if (Thread.currentThread() != main) {
            loop.wake(); // the main thread may have looked for orders already
        }
        listener.attendIfResting();
    }

    private Frame setUp(Frame frame) {
        try {
            var body = new ByteArrayInputStream(frame.body());
            state = (WorkerState)
                    decode(body, frame, new DataInputStream(body).readInt()).call();
            return Frame.of(FrameKind.READY);
        } catch (Throwable cause) {
            return new Frame(
                    FrameKind.SETUP_FAILED, 0, 0, EncodedFailure.of(MissingClass.explain(cause), welcome.ceiling()));
        } finally {
            var _ = Thread.interrupted();
        }
    }

    /// What this thread runs from now on finds its classes where they were in the parent.
    private Callable<?> decode(InputStream body, Frame frame, int loaderId) throws IOException, ClassNotFoundException {
        var loader = classes.loader(loaderId);
        Thread.currentThread().setContextClassLoader(loader);
        return (Callable<?>) Objects.requireNonNull(
                Codec.decodeTask(body, new TaskScope(loader, shared, frame.arrays())), "the encoded task");
    }

    private ChildInput inputOf(RunningAttempt attempt, int loaderId) {
        return new ChildInput(channel, attempt, signal, classes.loader(loaderId));
    }

    /// While others wait, what is told of an attempt is kept until there is more to write.
    private void tell(Frame order, Frame answer) {
        if (order.kind() == FrameKind.ASSIGN && Wire.Threw.isExhausted(answer)) {
            orders.giveUp(); // the parent will say stop: what ran out may well be held by what the task has left
        }
        if (!isKept(answer)) {
            channel.send(answer);
        }
    }

    private Frame answer(Frame frame) {
        RunningAttempt attempt = null;
        TaskContexts.Scope scope = null;
        try {
            var known = heads.decode(frame.body());
            var head = known.head();
            attempt = new RunningAttempt(frame, head, state, messages);
            attempt.streams(streams.of(frame), of -> inputOf(of, head.loader()));
            running.add(attempt); // first: the parent repeats an interrupt that came too early when it hears STARTED
            boolean isBroadcast = frame.kind() == FrameKind.BROADCAST; // not run again elsewhere, told or not
            // A parent that was not told would let it run again elsewhere.
            if (!isBroadcast) {
                tellStarted(frame);
            }
            scope = TaskContexts.enter(attempt); // what reads its arguments is the task's, too
            var call = decode(new HeldBytes(frame.body(), known.bytes().length), frame, head.loader());
            var value = TaskContexts.call(attempt, call);
            return returned(frame, isBroadcast ? EncodedBroadcast.ensureIsValue(value) : value);
        } catch (Throwable cause) {
            return threw(frame, MissingClass.explain(cause));
        } finally {
            if (scope != null) {
                scope.close();
            }
            if (attempt != null) {
                attempt.over();
                end(attempt);
            }
        }
    }

    /// Whether the main thread runs all attempts, one after another.
    private boolean hasOneSlot() {
        return welcome.slots() == 1;
    }

    /// Only where the main thread will see to it that it is written: it has something to do next.
    private boolean isKept(Frame frame) {
        return hasOneSlot() && !orders.isEmpty() && channel.keep(frame);
    }

    private void tellStarted(Frame order) throws IOException {
        var started = Frame.of(FrameKind.STARTED, order.task(), order.attempt());
        if (!isKept(started) && !channel.sendNow(started)) {
            throw new IOException("the parent cannot be told that the attempt has started");
        }
    }

    private void end(RunningAttempt attempt) {
        for (var output : outputs) {
            output.end(attempt);
        }
        messages.end(attempt);
        running.remove(attempt);
    }

    private Frame returned(Frame request, @Nullable Object value) {
        try {
            var answer = Codec.encodeParcel(value, welcome.ceiling());
            return Frame.of(
                    FrameKind.RETURNED, request.task(), request.attempt(), hasOneSlot() ? answer : answer.copied());
        } catch (Throwable e) {
            return untransferable(request, Objects.requireNonNull(value), e);
        }
    }

    /// A result that cannot travel is a failure, told in text, which always fits.
    private static Frame untransferable(Frame request, Object value, Throwable cause) {
        String message =
                "the task returned, but its result cannot travel back: " + EncodedFailure.reasonOf(value, cause);
        var threw = new Wire.Threw(
                Wire.Hints.ofUntransferable(cause),
                value.getClass().getName(),
                message,
                EncodedFailure.stackOf(cause),
                EncodedFailure.framesOf(cause),
                new byte[0]);
        return new Frame(FrameKind.THREW, request.task(), request.attempt(), threw.encode());
    }

    private Frame threw(Frame request, Throwable cause) {
        return new Frame(
                FrameKind.THREW, request.task(), request.attempt(), EncodedFailure.of(cause, welcome.ceiling()));
    }

    @Override
    public void received(Frame frame) throws IOException {
        switch (frame.kind()) {
            case WELCOME -> welcomed(Wire.Welcome.decode(frame.body()));
            case ASSIGN, BROADCAST, SETUP, STOP -> order(frame);
            case CANCEL -> meantBy(frame).ifPresent(RunningAttempt::cancel);
            case INTERRUPT -> meantBy(frame).ifPresent(RunningAttempt::interrupt);
            case STACK_REQUEST -> meantBy(frame).ifPresent(attempt -> attempt.tellStack(stack -> stood(frame, stack)));
            case TAKE_BACK -> orders.takeBack(frame);
            case RESOURCE -> classes.answered(frame);
            case SITE -> shared.learned(frame);
            case SHARE -> shared.received(frame);
            case UNSHARE -> shared.released(frame);
            case DEMAND, ITEMS_CLOSED, ITEMS, INPUT_ENDED -> {
                var meant = meantBy(frame);
                if (meant.isPresent()) {
                    meant.get().received(frame);
                }
            }
            case HELLO,
                    STARTED,
                    GIVEN_BACK,
                    RETURNED,
                    THREW,
                    STACK,
                    EXITING,
                    READY,
                    SETUP_FAILED,
                    MESSAGE,
                    PROGRESS,
                    RESOURCE_REQUEST,
                    ALIVE,
                    ARRAY -> throw new ProtocolException("a child must not be sent " + frame.kind());
        }
    }

    private void welcomed(Wire.Welcome said) {
        Nesting.tell(said.nesting());
        welcome = said;
    }

    private Optional<RunningAttempt> meantBy(Frame frame) {
        return running.stream().filter(attempt -> attempt.isMeantBy(frame)).findFirst();
    }

    private void stood(Frame request, String stack) {
        if (hasOneSlot()) {
            orders.giveUp();
        }
        channel.send(new Frame(FrameKind.STACK, request.task(), request.attempt(), Wire.encodeText(stack)));
    }

    /// The parent is gone, or it speaks another language: nothing is left to do here.
    @Override
    public void ended(@Nullable IOException cause) {
        OwnGroup.leave();
    }
}
