package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// What a child prints, on its way to the log of this JVM: all of it before the outcome of the attempt that printed it.
final class ChildOutput {

    /*
     * Lines come on two ways. What is printed through System.out and System.err of the child comes in frames, which
     * name the attempt, in one order. What is written around them (native code, the JVM, processes that inherit the
     * descriptors) comes through the streams of the process.
     *
     * The output loop's thread reads the streams and tells all lines, so that a log handler never runs on the channels'
     * thread. An ending that must not overtake lines goes through `events`, too: by then everything that was written to
     * the streams before is in them. `isQuiet` is the short cut for who has printed nothing.
     */

    private sealed interface Event {}

    private record Line(String task, String text) implements Event {}

    private record Action(Runnable body) implements Event {}

    private static final System.Logger OUTPUT = System.getLogger("io.millhand.output");

    private static final System.Logger LOG = System.getLogger("io.millhand.process");

    private static final int MOST_UNTOLD = 10_000;

    private final OutputLoop loop;
    private final ProcessStream out;
    private final ProcessStream err;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /// The names of the tasks that run now, by id and attempt.
    private final Map<RunningKey, String> tasks = new ConcurrentHashMap<>();

    /// Changes once, when a spare is taken.
    private volatile String worker;

    private volatile int debugPort;

    /// The output loop's thread has taken something and not yet told it. Written by that thread before it takes.
    private volatile boolean telling;

    private volatile boolean ended;

    /// Lines in `events`. Above a number of them the child's channel is not read, so that it has to wait.
    private final AtomicInteger untold = new AtomicInteger();

    @GuardedBy("this")
    private boolean throttled;

    private final Consumer<Boolean> reading;

    private record RunningKey(long task, int attempt) {}

    /// @param reading is told whether the child's channel may be read; any thread
    ChildOutput(Process process, String worker, OutputLoop loop, Consumer<Boolean> reading) {
        this.reading = reading;
        this.worker = worker;
        this.loop = loop;
        out = new ProcessStream(process.getInputStream(), this::tellRaw);
        err = new ProcessStream(process.getErrorStream(), this::tellRaw);
    }

    void worker(String name) {
        worker = name;
    }

    /// From now on until [#ended] the child runs it.
    void began(long task, int attempt, String name) {
        tasks.put(new RunningKey(task, attempt), name);
    }

    void ended(long task, int attempt) {
        tasks.remove(new RunningKey(task, attempt));
    }

    /// The names of those that run now.
    List<String> tasks() {
        return List.copyOf(tasks.values());
    }

    /// Channels' thread: a line that came in a frame.
    void printed(Frame frame, boolean isError, String text) {
        if (isError) {
            err.remember(text);
        }
        events.add(new Line(tasks.getOrDefault(new RunningKey(frame.task(), frame.attempt()), ""), text));
        if (untold.incrementAndGet() > MOST_UNTOLD) {
            throttle(true);
        }
        loop.wake();
    }

    /// Any thread: runs the action when all that was printed before is told; at once where nothing was.
    void afterwards(Runnable action) {
        if (isQuiet()) {
            action.run();
        } else {
            events.add(new Action(action));
            loop.wake();
        }
    }

    /// Streams first: who takes from them says so before.
    private boolean isQuiet() {
        return events.isEmpty() && out.isEmpty() && err.isEmpty() && !telling;
    }

    /// Output loop's thread.
    ///
    /// @return whether there was something to tell
    boolean tell() {
        if (untold.get() < MOST_UNTOLD / 2) {
            throttle(false);
        }
        if (events.isEmpty() && out.isEmpty() && err.isEmpty()) {
            return false;
        }
        telling = true;
        try {
            boolean some = out.drain();
            some |= err.drain();
            for (var event = events.poll(); event != null; event = events.poll()) {
                some = true;
                switch (event) {
                    case Line line -> tell(line);
                    case Action action -> finish(action);
                }
            }
            return some;
        } finally {
            telling = false;
        }
    }

    private void tell(Line line) {
        log(line.task(), line.text());
        untold.decrementAndGet();
    }

    /// The child has to wait, since its lines are told too slowly.
    synchronized boolean isThrottled() {
        return throttled;
    }

    private synchronized void throttle(boolean much) {
        if (throttled != much) {
            throttled = much;
            reading.accept(!much);
        }
    }

    private void finish(Action action) {
        drain();
        try {
            action.body().run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "an action of the output's thread failed", e);
        }
    }

    /// Output loop's thread: tells all that there is, whether it ends in an end of line or not.
    void drain() {
        out.drain();
        err.drain();
        out.flush();
        err.flush();
    }

    private void tellRaw(String text) {
        DebugPort.in(text).ifPresent(port -> debugPort = port);
        var running = tasks.values().iterator();
        String first = running.hasNext() ? running.next() : "";
        log(running.hasNext() ? "" : first, text); // one of several cannot be told
    }

    private void log(String task, String text) {
        try {
            if (task.isEmpty()) {
                OUTPUT.log(System.Logger.Level.INFO, "{0}: {1}", worker, text);
            } else {
                OUTPUT.log(System.Logger.Level.INFO, "{0} ({1}): {2}", task, worker, text);
            }
        } catch (RuntimeException | Error _) {
            // a log handler of the user's; the streams must be drained and endings told all the same
        }
    }

    /// Nothing comes any more.
    void ends() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    String outTail() {
        return out.tail();
    }

    String errTail() {
        return err.tail();
    }

    String fatalError() {
        return err.fatalError().isEmpty() ? out.fatalError() : err.fatalError();
    }

    /// Where the child listens for a debugger, if it has said so.
    OptionalInt debugPort() {
        return debugPort == 0 ? OptionalInt.empty() : OptionalInt.of(debugPort);
    }
}
