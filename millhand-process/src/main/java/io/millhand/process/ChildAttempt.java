package io.millhand.process;

import io.millhand.spi.Assignment;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a worker remembers of an attempt that it has. Guarded by the worker's monitor.
final class ChildAttempt {

    final Assignment assignment;

    /// Who got it; null while there is no child for it.
    @Nullable
    Child child;

    long sentNanos;

    /// How many attempts that child was known to have given back when it got this one.
    int known;

    /// The child has taken it: user code of it may have run.
    boolean taken;

    /// Its answer is here, and told when its output is.
    boolean answered;

    /// Its task is to be told.
    boolean cancelled;

    /// The queue wants it dead.
    boolean killing;

    /// The child was asked to give it back.
    boolean askedBack;

    /// The child is about to be killed because of it, and begins nothing more.
    boolean lastOfChild;

    /// Where it stood just before it was killed.
    String stack = "";

    ChildAttempt(Assignment assignment) {
        this.assignment = assignment;
    }

    /// What it streams and reads; null where it has not begun. Channels' thread only.
    @Nullable
    AttemptStreams streams;

    /// What it occupies, encoded.
    long bytes() {
        var payload = assignment.payload().orElse(null);
        return payload == null ? 0 : payload.bytes();
    }

    boolean isMeantBy(Child from, Frame frame) {
        return child == from && assignment.taskId() == frame.task() && assignment.attempt() == frame.attempt();
    }

    /// Keeps the stack that the child has sent.
    void stood(Frame frame) {
        try {
            stack = Wire.decodeText(frame.body());
        } catch (IOException _) {
            stack = ""; // it is best effort
        }
    }
}
