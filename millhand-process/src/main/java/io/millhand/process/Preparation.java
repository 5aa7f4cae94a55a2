package io.millhand.process;

import static java.util.Objects.requireNonNull;

import io.millhand.SerializableCallable;
import io.millhand.WorkerStartException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Has a child that has just connected run its initializer: the parent's side.
///
/// @param call the encoded [ChildSetup]
/// @param limit how long it may take
record Preparation(EncodedCall call, Duration limit) {

    /// What travels in a SETUP frame. A callable, as tasks are: it runs the initializer and answers with the
    /// state.
    ///
    /// @param initializer the user's
    /// @param teardown the user's, or null
    record Initializer(SerializableCallable<?> initializer, ChildSetup.@Nullable Teardown<?> teardown)
            implements Callable<Object>, Serializable {

        @Override
        @SuppressWarnings("unchecked") // the teardown takes what the initializer answers: ChildSetup says so
        public Object call() throws Exception {
            return new WorkerState(
                    requireNonNull(initializer.call(), "the state that the initializer answers must not be null"),
                    (ChildSetup.@Nullable Teardown<Object>) teardown);
        }
    }

    /// @throws io.millhand.NotTransferableException where it cannot travel
    static Preparation of(ChildSetup<?> setup, ProcessCarrier carrier) {
        var initializer = new Initializer(setup.initializer(), setup.teardown().orElse(null));
        return new Preparation((EncodedCall) carrier.encode(initializer), setup.limit());
    }

    /// Blocks until the initializer has ended.
    void prepare(Child child, String worker) throws WorkerStartException {
        byte[] head = Wire.encodeInt(child.classes().idOf(call.loader()));
        child.shared().ensureSent(call);
        child.send(new Frame(FrameKind.SETUP, 0, 0, head, call.call()));
        try {
            var answer = child.setUp().get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (answer.kind() == FrameKind.SETUP_FAILED) {
                child.leave();
                throw threw(worker, answer);
            }
        } catch (TimeoutException e) {
            child.kill();
            throw new WorkerStartException(
                    "the initializer of worker " + worker + " did not end within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            var cause = new IOException("its initializer did not end", e.getCause());
            throw child.startFailure(
                    "died in its initializer", child.endedBySignal() ? new KilledWhileStarting(cause) : cause);
        } catch (InterruptedException e) {
            child.kill();
            throw new WorkerStartException("the start of worker " + worker + " was interrupted", e);
        }
    }

    private WorkerStartException threw(String worker, Frame answer) {
        try {
            var _ = call.answeredBy(answer).decode();
            throw new IOException("no exception came");
        } catch (Throwable cause) {
            return new WorkerStartException(
                    "the initializer of worker " + worker + " threw " + Codec.describe(cause), cause);
        }
    }
}
