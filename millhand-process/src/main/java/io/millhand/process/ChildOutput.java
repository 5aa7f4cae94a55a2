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

    /// @param before how many messages of the same run were lost before it
    private record Line(Run run, Message message, long before) implements Event {}

    private record Action(@Nullable Run run, Runnable body) implements Event {}

    /// What the child runs, or nothing.
    private static final class Run {

        private final String name;

        /// Null for a broadcast, and for nothing.
        private final @Nullable Assignment assignment;

        private final @Nullable WorkerHost host;

        /// Its lines in `events`.
        private final AtomicInteger untold = new AtomicInteger();

        /// Its messages that were not added to `events`, since the last one that was.
        private final AtomicLong lost = new AtomicLong();

        /// The last one of these; names whoever is told of them.
        private volatile @Nullable Message lastLost;

        Run(String name, @Nullable Assignment assignment, @Nullable WorkerHost host) {
            this.name = name;
            this.assignment = assignment;
            this.host = host;
        }

        String name() {
            return name;
        }

        /// @return whether the message is to be logged
        boolean tell(Message message) {
            return assignment == null || host == null || host.message(assignment, message);
        }

        void tell(Progress progress) {
            if (assignment != null && host != null) {
                host.progress(assignment, () -> progress);
            }
        }

        void lose(Message message) {
            lastLost = message;
            lost.incrementAndGet();
        }

        /// Whether all that it has said is logged, as far as it is.
        boolean isQuiet() {
            return untold.get() == 0 && lost.get() == 0;
        }
    }

    private record RunningKey(long task, int attempt) {
        static RunningKey of(Message message) {
            return new RunningKey(message.task(), message.attempt());
        }
    }

    private static final RunningKey NOBODY = new RunningKey(0, 0);

    /// What is said by no run.
    private final Run nobody = new Run("", null, null);

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

    /// The read after which `raw` was found. Channels' thread only, as is that.
    private long lookedAfter = -1;

    private boolean raw;

    /// The output loop's thread has taken something and not yet told it. Written by that thread before it takes.
    private volatile boolean telling;

    private volatile boolean ended;

    /// Lines in `events`, and their characters.
    private final AtomicInteger untold = new AtomicInteger();

    private final AtomicInteger untoldChars = new AtomicInteger();

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

    /// Channels' thread: messages that came in a frame. They are told at once, and logged by the output loop's
    /// thread, as far as that can keep up.
    void said(Frame frame) throws IOException {
        MessageFrame.decode(frame, worker, this::said);
    }

    private void said(Message message) {
        if (message.kind() == Message.Kind.ERR) {
            err.remember(message.text());
        }
        var run = runs.getOrDefault(RunningKey.of(message), nobody);
        boolean wanted = run.tell(message);
        if (loop.logs()) {
            log(run, message, wanted);
        }
    }

    private void log(Run run, Message message, boolean wanted) {
        if (!wanted || untold.get() >= MOST_UNTOLD || untoldChars.get() > MOST_UNTOLD_CHARS) {
            run.lose(message);
            return;
        }
        untold.incrementAndGet();
        untoldChars.addAndGet(message.chars());
        run.untold.incrementAndGet();
        events.add(new Line(run, message, run.lost.getAndSet(0)));
        loop.wake();
    }

    /// Channels' thread: how far an attempt is.
    void progressed(Frame frame, Progress progress) {
        runs.getOrDefault(new RunningKey(frame.task(), frame.attempt()), nobody).tell(progress);
    }

    /// Any thread: runs the action when all that was said before is told; at once where nothing was.
    void afterwards(Runnable action) {
        if (isQuiet()) {
            action.run();
        } else {
            events.add(new Action(null, action));
            loop.wake();
        }
    }

    /// Likewise, but for what others say. Channels' thread.
    ///
    /// @param read the number of the read in which the end came
    void afterwards(long task, int attempt, long read, Runnable action) {
        var run = runs.getOrDefault(new RunningKey(task, attempt), nobody);
        if (run.isQuiet() && !hasRaw(read)) {
            action.run();
        } else {
            events.add(new Action(run, action));
            loop.wake();
        }
    }

    /// Whether there may be lines that were written past the child's own streams before the frames of a read. Looked at
    /// once for all of them, since it is a call to the system. Channels' thread.
    boolean hasRaw(long read) {
        if (read != lookedAfter) {
            lookedAfter = read;
            raw = !out.isEmpty() || !err.isEmpty();
        }
        return raw;
    }

    /// Streams first: who takes from them says so before.
    private boolean isQuiet() {
        return events.isEmpty()
                && out.isEmpty()
                && err.isEmpty()
                && !telling
                && nobody.isQuiet()
                && runs.values().stream().allMatch(Run::isQuiet);
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
        var run = line.run();
        if (line.before() > 0) {
            MessageLog.lost(run.name(), line.message(), line.before());
        }
        MessageLog.log(run.name(), line.message());
        untold.decrementAndGet();
        untoldChars.addAndGet(-line.message().chars());
        run.untold.decrementAndGet();
    }

    /// Nothing more of it is logged.
    private static void tellLost(Run run) {
        var near = run.lastLost;
        long count = run.lost.getAndSet(0);
        if (near != null && count > 0) {
            MessageLog.lost(run.name(), near, count);
        }
    }

    private void finish(Action action) {
        drain();
        if (action.run() == null) {
            tellLost(nobody);
            runs.values().forEach(ChildOutput::tellLost);
        } else {
            tellLost(action.run());
        }
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
