package io.millhand.process;

import io.millhand.spi.TaskContexts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The child's side of the channel: takes attempts, runs them one after another, answers.
final class ChildRunner implements FrameListener {

    /*
     * Two threads. The main thread runs tasks. The loop's thread reads the channel all the time, so that a cancel or
     * the question for a stack is heard while a task runs; it hands attempts over through `assigned`.
     *
     * STARTED is written before anything of the attempt is decoded or run: what kills this JVM afterwards is known to
     * have been that attempt.
     */

    private static final Frame STOP = Frame.of(FrameKind.STOP);

    /// The parent sends one attempt at a time and each body is checked against the heap before it is sent.
    private static final long CEILING = Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2) + (1 << 20);

    private final String worker;
    private final FrameChannel channel;
    private final ChannelLoop loop = new ChannelLoop();
    private final BlockingQueue<Frame> assigned = new LinkedBlockingQueue<>();
    private final Thread runner = Thread.currentThread();

    /// How many bytes an answer may have: the parent says.
    private final AtomicLong answerCeiling = new AtomicLong();

    /// The attempt that runs now; written by the main thread, read by the loop's.
    private volatile @Nullable ChildContext running;

    /// The kernel ends this process when the parent dies.
    private volatile boolean guarded;

    ChildRunner(SocketChannel socket, String worker) throws IOException {
        this.worker = worker;
        channel = new FrameChannel(socket, CEILING, this);
        loop.add(channel);
        Thread.ofPlatform().daemon().name("millhand-channel").start(loop);
        channel.send(new Frame(FrameKind.HELLO, 0, 0, Wire.encodeText(javaVersion())));
    }

    /// The build of the JDK. Both sides must run the same one.
    static String javaVersion() {
        return System.getProperty("java.vm.version", "");
    }

    /// The kernel's guard stands.
    void guarded() {
        guarded = true;
    }

    /// In a shutdown hook. The JVM waits up to 300 ms for threads in native code before it exits: nothing more is read,
    /// as long as somebody else watches the parent.
    void announceExit() {
        channel.send(Frame.of(FrameKind.EXITING));
        if (guarded) {
            loop.close();
        }
    }

    /// Runs attempts until the parent says stop.
    void run() {
        for (var frame = takeNext(); frame.kind() != FrameKind.STOP; frame = takeNext()) {
            channel.send(Frame.of(FrameKind.STARTED, frame.task(), frame.attempt()));
            var answer = answer(frame);
            var _ = Thread.interrupted(); // what a task did to its thread ends with it
            channel.send(answer);
        }
    }

    private Frame takeNext() {
        while (true) {
            try {
                return assigned.take();
            } catch (InterruptedException _) {
                // a thread that some task has left behind interrupts this one: it means nothing here
            }
        }
    }

    private Frame answer(Frame frame) {
        try {
            var body = new ByteArrayInputStream(frame.body());
            var head = Wire.AssignHead.decode(body);
            var context = new ChildContext(frame.task(), head.name(), frame.attempt(), worker, head.headers());
            running = context;
            var call = (Callable<?>) Objects.requireNonNull(
                    Codec.decodeTask(body, ClassLoader.getSystemClassLoader()), "the encoded task");
            return returned(frame, TaskContexts.call(context, call));
        } catch (Throwable cause) {
            return threw(frame, cause);
        } finally {
            running = null;
        }
    }

    private Frame returned(Frame request, @Nullable Object value) {
        try {
            byte[] body = Codec.encode(value, answerCeiling.get());
            return new Frame(FrameKind.RETURNED, request.task(), request.attempt(), body);
        } catch (Throwable e) {
            return untransferable(request, Objects.requireNonNull(value), e);
        }
    }

    /// A result that cannot travel is a failure, told in text, which always fits.
    private static Frame untransferable(Frame request, Object value, Throwable cause) {
        String reason = switch (cause) {
            case NotSerializableException e ->
                "not serializable is " + FieldPath.toCulprit(value).orElse("an object of class " + e.getMessage());
            case UncheckedIOException e
            when e.getCause() instanceof Codec.TooLargeException tooLarge -> String.valueOf(tooLarge.getMessage());
            case StackOverflowError _ -> "it is nested too deeply to be serialized";
            default -> "serializing it threw " + Codec.describe(cause);
        };
        String message = "the task returned, but its result cannot travel back: " + reason;
        var threw = new Wire.Threw(value.getClass().getName(), message, stackOf(cause), framesOf(cause), new byte[0]);
        return new Frame(FrameKind.THREW, request.task(), request.attempt(), threw.encode());
    }

    /// Asks a throwable that is the user's code: each answer may throw, loop or be nonsense, and has a stand-in.
    private Frame threw(Frame request, Throwable cause) {
        byte[] encoded = orElse(() -> Codec.encode(cause, answerCeiling.get() / 2), new byte[0]);
        var threw = new Wire.Threw(
                cause.getClass().getName(),
                orElse(() -> String.valueOf(cause.getMessage()), "(its message cannot be told)"),
                stackOf(cause),
                framesOf(cause),
                encoded);
        return new Frame(FrameKind.THREW, request.task(), request.attempt(), threw.encode());
    }

    private static String stackOf(Throwable cause) {
        return orElse(
                () -> {
                    var text = new StringWriter();
                    cause.printStackTrace(new PrintWriter(text));
                    return text.toString();
                },
                "(its stack trace cannot be told)");
    }

    private static StackTraceElement[] framesOf(Throwable cause) {
        return orElse(cause::getStackTrace, new StackTraceElement[0]);
    }

    private static <T> T orElse(Callable<@Nullable T> question, T standIn) {
        try {
            return Objects.requireNonNullElse(question.call(), standIn);
        } catch (Throwable _) {
            return standIn;
        }
    }

    @Override
    public void received(Frame frame) throws IOException {
        switch (frame.kind()) {
            case WELCOME -> answerCeiling.set(Wire.decodeLong(frame.body()));
            case ASSIGN -> assigned.add(frame);
            case CANCEL -> cancel(frame);
            case STACK_REQUEST -> sendStack(frame);
            case STOP -> assigned.add(STOP);
            case HELLO, STARTED, RETURNED, THREW, STACK, EXITING ->
                throw new ProtocolException("a child must not be sent " + frame.kind());
        }
    }

    private void cancel(Frame frame) {
        var context = running;
        if (context != null && context.is(frame)) {
            context.cancel();
        }
    }

    private void sendStack(Frame frame) {
        var context = running;
        if (context != null && context.is(frame)) {
            String stack =
                    Arrays.stream(runner.getStackTrace()).map(Object::toString).collect(Collectors.joining("\n"));
            channel.send(new Frame(FrameKind.STACK, frame.task(), frame.attempt(), Wire.encodeText(stack)));
        }
    }

    /// The parent is gone, or it speaks another language: nothing is left to do here.
    @Override
    public void ended(@Nullable IOException cause) {
        Lifeline.leave();
    }
}
