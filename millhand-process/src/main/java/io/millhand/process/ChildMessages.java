package io.millhand.process;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.spi.TaskContexts;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that the tasks of a child say, on its way to the parent: printed lines, log records, messages and progress.
final class ChildMessages {

    /*
     * Any thread. A message belongs to the attempt that its thread works for; where that tells nothing and only one
     * attempt runs, to that. Messages go into the channel in the order in which they are sent, and all of them before
     * the answer of their attempt. Who sends more than the channel takes waits for it; the parent always reads.
     */

    /// Set once, before anything runs that logs.
    private static volatile @Nullable ChildMessages ofThisJvm;

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
        ofThisJvm = this;
    }

    /// Null before the child is connected, and in any other JVM.
    static @Nullable ChildMessages ofThisJvm() {
        return ofThisJvm;
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
        send(attempt, message(attempt, kind, System.Logger.Level.INFO, "", line));
    }

    /// A message of this thread and of now.
    static Message message(
            @Nullable RunningAttempt attempt,
            Message.Kind kind,
            System.Logger.Level level,
            String logger,
            String text) {
        return new Message(
                attempt == null ? 0 : attempt.taskId(),
                attempt == null ? 0 : attempt.attempt(),
                "",
                kind,
                level,
                logger,
                Thread.currentThread().getName(),
                Instant.now(),
                text,
                Map.of(),
                "",
                0);
    }

    void send(@Nullable RunningAttempt attempt, Message message) {
        if (attempt != null) {
            attempt.observe(message.text());
        }
        outbox.send(message);
    }

    void progressed(RunningAttempt attempt, Progress latest) {
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
