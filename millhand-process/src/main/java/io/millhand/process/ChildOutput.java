package io.millhand.process;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.spi.Assignment;
import io.millhand.spi.MessageLog;
import io.millhand.spi.WorkerHost;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What a child says, on its way to the queue and to the log of this JVM: all of it before the outcome of the
/// attempt that says it.
final class ChildOutput {

    /*
     * Messages come on two ways. What is logged, sent, or printed through System.out and System.err of the child
     * comes in frames, which name the attempt, in one order. What is written around them (native code, the JVM,
     * processes that inherit the descriptors) comes through the streams of the process, which wait while nobody
     * reads them.
     *
     * Frames are told to the queue at once. The output loop's thread reads the streams and logs all of it, so that
     * a log handler never runs on the channels' thread. What is logged more slowly than it comes is lost beyond a
     * number, so that a task that floods holds up nobody. An ending that must not overtake messages goes through
     * `events`, too: by then everything that was written to the streams before is in them. `isQuiet` is the short
     * cut for who has said nothing.
     */

    private sealed interface Event {}

    /// @param before how many messages were lost before it
    private record Line(String task, Message message, long before) implements Event {}

    private record Action(Runnable body) implements Event {}

    /// What the child runs.
    ///
    /// @param assignment null for a broadcast
    private record Run(
            String name,
            @Nullable Assignment assignment,
            @Nullable WorkerHost host) {

        /// @return whether the message is to be logged
        boolean tell(Message message) {
            return assignment == null || host == null || host.message(assignment, message);
        }
    }

    private record RunningKey(long task, int attempt) {
        static RunningKey of(Message message) {
            return new RunningKey(message.task(), message.attempt());
        }
    }

    private static final RunningKey NOBODY = new RunningKey(0, 0);

    private static final System.Logger LOG = System.getLogger("io.millhand.process");

    /// So many messages of a child wait to be logged, and no more characters than that. What comes beyond is not
    /// logged.
    private static final int MOST_UNTOLD = 10_000;

    private static final int MOST_UNTOLD_CHARS = 4 * 1024 * 1024;

    private final OutputLoop loop;
    private final ProcessStream out;
    private final ProcessStream err;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /// What runs now.
    private final Map<RunningKey, Run> runs = new ConcurrentHashMap<>();

    /// Changes once, when a spare is taken.
    private volatile String worker;

    private volatile int debugPort;

    /// The output loop's thread has taken something and not yet told it. Written by that thread before it takes.
    private volatile boolean telling;

    private volatile boolean ended;

    /// Lines in `events`, and their characters.
    private final AtomicInteger untold = new AtomicInteger();

    private final AtomicInteger untoldChars = new AtomicInteger();

    /// Messages that were not added to `events`, since the last one that was.
    private final AtomicLong lost = new AtomicLong();

    /// The one that was lost last; names whoever is told of it.
    private volatile @Nullable Message lastLost;

    ChildOutput(Process process, String worker, OutputLoop loop) {
        this.worker = worker;
        this.loop = loop;
        out = new ProcessStream(process.getInputStream(), line -> tellRaw(Message.Kind.OUT, line));
        err = new ProcessStream(process.getErrorStream(), line -> tellRaw(Message.Kind.ERR, line));
    }

    void worker(String name) {
        worker = name;
    }

    /// From now on until [#ended] the child runs it.
    void began(Assignment assignment, WorkerHost host) {
        runs.put(
                new RunningKey(assignment.taskId(), assignment.attempt()),
                new Run(assignment.taskName(), assignment, host));
    }

    /// Likewise for a broadcast.
    void began(long broadcast, String name) {
        runs.put(new RunningKey(broadcast, 0), new Run(name, null, null));
    }

    void ended(long task, int attempt) {
        runs.remove(new RunningKey(task, attempt));
    }

    /// The names of those that run now.
    List<String> tasks() {
        return runs.values().stream().map(Run::name).toList();
    }

    /// Channels' thread: a message that came in a frame. It is told at once, and logged by the output loop's
    /// thread, as far as that can keep up.
    void said(Frame frame) throws IOException {
        var message = MessageFrame.decode(frame, worker);
        if (message.kind() == Message.Kind.ERR) {
            err.remember(message.text());
        }
        var run = runs.get(RunningKey.of(message));
        boolean wanted = run == null || run.tell(message);
        if (loop.logs()) {
            log(run == null ? "" : run.name(), message, wanted);
        }
    }

    private void log(String task, Message message, boolean wanted) {
        int chars = message.text().length() + message.throwable().length();
        if (!wanted || untold.get() >= MOST_UNTOLD || untoldChars.get() > MOST_UNTOLD_CHARS) {
            lastLost = message;
            lost.incrementAndGet();
            return;
        }
        untold.incrementAndGet();
        untoldChars.addAndGet(chars);
        events.add(new Line(task, message, lost.getAndSet(0)));
        loop.wake();
    }

    /// Channels' thread: how far an attempt is.
    void progressed(Frame frame, Progress progress) {
        var run = runs.get(new RunningKey(frame.task(), frame.attempt()));
        if (run != null && run.assignment() != null && run.host() != null) {
            run.host().progress(run.assignment(), progress);
        }
    }

    /// Any thread: runs the action when all that was printed before is told; at once where nothing was.
    void afterwards(Runnable action) {
        if (isQuiet() && lost.get() == 0) {
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
        if (line.before() > 0) {
            tellLost(line.message(), line.before());
        }
        MessageLog.log(line.task(), line.message());
        untold.decrementAndGet();
        untoldChars.addAndGet(
                -line.message().text().length() - line.message().throwable().length());
    }

    private void tellLost(Message near, long count) {
        var run = runs.get(RunningKey.of(near));
        MessageLog.lost(run == null ? "" : run.name(), near, count);
    }

    /// Nothing more is logged before an ending.
    private void tellLost() {
        var near = lastLost;
        long count = lost.getAndSet(0);
        if (near != null && count > 0) {
            tellLost(near, count);
        }
    }

    private void finish(Action action) {
        drain();
        tellLost();
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

    /// Output loop's thread: a line that was written past the child's own streams.
    private void tellRaw(Message.Kind kind, String text) {
        DebugPort.in(text).ifPresent(port -> debugPort = port);
        var only = onlyRun();
        var key = only == null ? NOBODY : only.getKey();
        var message = new Message(
                key.task(),
                key.attempt(),
                worker,
                kind,
                System.Logger.Level.INFO,
                "",
                "",
                Instant.now(),
                text,
                Map.of(),
                "",
                0);
        boolean wanted = only == null || only.getValue().tell(message);
        if (loop.logs() && wanted) {
            MessageLog.log(only == null ? "" : only.getValue().name(), message);
        }
    }

    /// What runs alone; null where nothing does, and where one of several cannot be told.
    private Map.@Nullable Entry<RunningKey, Run> onlyRun() {
        var running = runs.entrySet().iterator();
        var first = running.hasNext() ? running.next() : null;
        return running.hasNext() ? null : first;
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
