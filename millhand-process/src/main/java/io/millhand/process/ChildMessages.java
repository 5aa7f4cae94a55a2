package io.millhand.process;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.spi.LogSink;
import io.millhand.spi.TaskContexts;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All that the tasks of a child say, on its way to the parent: printed lines, log records, messages and progress.
final class ChildMessages {

    /*
     * Any thread. A message belongs to the attempt that its thread works for; where that tells nothing and only one
     * attempt runs, to that. Messages go into the channel in the order in which they are sent, and all of them before
     * the answer of their attempt. Who sends more than the channel takes waits for it; the parent always reads.
     */

    private final FrameChannel channel;
    private final MessageOutbox outbox;
    private final Set<RunningAttempt> running;
    private final ProgressSender progress;

    /// @param running the attempts that run now
    ChildMessages(FrameChannel channel, Set<RunningAttempt> running) {
        this.channel = channel;
        this.running = running;
        this.outbox = new MessageOutbox(channel);
        this.progress = new ProgressSender(channel);
    }

    /// From now on log records go this way.
    void install() {
        LogSink.open(this::logged);
    }

    /// The attempt that this thread works for; null where that cannot be told.
    @Nullable
    RunningAttempt current() {
        var own = TaskContexts.find(RunningAttempt.class);
        if (own != null && !own.isOver()) {
            return own;
        }
        var others = running.iterator();
        var first = others.hasNext() ? others.next() : null;
        return others.hasNext() ? null : first;
    }

    /// Sends what the attempt has printed.
    void printed(@Nullable RunningAttempt attempt, Message.Kind kind, String line) {
        String thread = Thread.currentThread().getName();
        var level = System.Logger.Level.INFO;
        send(attempt, kind, new LogSink.Entry(level, "", thread, Instant.now(), line, Map.of(), ""));
    }

    /// Sends what this thread has logged.
    private void logged(LogSink.Entry entry) {
        send(current(), Message.Kind.LOG, entry);
    }

    private void send(@Nullable RunningAttempt attempt, Message.Kind kind, LogSink.Entry entry) {
        var message = new Message(
                attempt == null ? 0 : attempt.taskId(),
                attempt == null ? 0 : attempt.attempt(),
                "",
                kind,
                entry.level(),
                entry.logger(),
                entry.thread(),
                entry.time(),
                entry.text(),
                entry.context(),
                entry.throwable(),
                0);
        send(attempt, message);
    }

    void send(@Nullable RunningAttempt attempt, Message message) {
        if (attempt != null) {
            attempt.observe(message.text());
        }
        outbox.send(message);
    }

    void progressed(RunningAttempt attempt, Supplier<Progress> latest) {
        progress.latest(attempt, latest);
    }

    /// Sends what is left to be said of an attempt that ends.
    void end(RunningAttempt attempt) {
        outbox.flush();
        progress.end(attempt);
    }

    /// Sends what nobody else would: this JVM is about to exit.
    void flush() {
        outbox.flush();
    }

    void alive(RunningAttempt attempt) {
        channel.send(Frame.of(FrameKind.ALIVE, attempt.taskId(), attempt.attempt()));
    }
}
