package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Inputs on their way from whoever has them to the reader, and the end of them.
///
/// @param <T> the type of the inputs
final class HandOver<T extends @Nullable Object> {

    /*
     * open -> ended (the last input was added, or a failure) ; what comes later is dropped. The monitor guards all
     * fields; the reader is woken outside it.
     */

    private static final Object NULL = new Object();

    @GuardedBy("this")
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    /// Set once, before the first input.
    private Runnable wake = () -> {};

    void begin(Runnable wake) {
        this.wake = wake;
    }

    /// [#wake] must follow.
    synchronized void add(T input) {
        if (!ended) {
            waiting.addLast(input == null ? NULL : input);
        }
    }

    /// Takes the reader's lock.
    void wake() {
        wake.run();
    }

    /// Ends it after what was added.
    void end(@Nullable Throwable cause) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            failure = cause;
        }
        wake.run();
    }

    /// Drops all that waits.
    synchronized void close() {
        ended = true;
        waiting.clear();
    }

    synchronized int count() {
        return waiting.size();
    }

    synchronized Inlet.Status status() throws Throwable {
        if (!waiting.isEmpty()) {
            return Inlet.Status.READY;
        }
        if (failure != null) {
            throw failure;
        }
        return ended ? Inlet.Status.ENDED : Inlet.Status.NOTHING;
    }

    @SuppressWarnings({"unchecked", "NullAway", "ReferenceEquality"}) // only what add() was given comes out
    synchronized T take() {
        Object input = waiting.removeFirst();
        return input == NULL ? (T) null : (T) input;
    }
}
