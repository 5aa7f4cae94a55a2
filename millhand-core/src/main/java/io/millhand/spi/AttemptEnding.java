package io.millhand.spi;

import io.millhand.BackOff;
import io.millhand.CrashReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a worker says that an attempt ended.
public sealed interface AttemptEnding {

    /// The task returned, in this JVM.
    ///
    /// @param value what it returned
    record Returned(@Nullable Object value) implements AttemptEnding {}

    /// The task threw.
    ///
    /// @param cause what it threw
    record Threw(Throwable cause) implements AttemptEnding {}

    /// The task ended in another JVM and its answer is still encoded.
    ///
    /// @param answer decoded later, where it is read
    record Answered(Answer answer) implements AttemptEnding {}

    /// The attempt ended because the queue asked for it.
    ///
    /// @param stack where it stood just before, one frame a line; empty where unknown
    /// @param abandoned whether it could not be ended and was left behind on its thread
    record Killed(String stack, boolean abandoned) implements AttemptEnding {}

    /// The worker died under the attempt.
    ///
    /// @param report what is known
    record Crashed(CrashReport report) implements AttemptEnding {}

    /// The worker gives the attempt back: no user code of it ran. It is dispatched again and not counted.
    record TakenBack() implements AttemptEnding {}

    /// The worker could not be started: no user code of the attempt ran.
    ///
    /// @param cause why
    record StartFailed(io.millhand.WorkerStartException cause) implements AttemptEnding {}

    /// An encoded answer.
    interface Answer {

        /// Whether the task returned rather than threw; known without decoding.
        ///
        /// @return true if it returned
        boolean returned();

        /// Whether the task threw [BackOff], which says for how long to leave its resource alone; known without
        /// decoding.
        ///
        /// @return empty where it did not
        default Optional<BackOff> backOff() {
            return Optional.empty();
        }

        /// The name of the class that the task threw, and those of its superclasses, the class first; known without
        /// decoding, whether or not this JVM has them. By them a retry policy knows it.
        ///
        /// @return empty where the task returned, or nobody knows
        default List<String> thrown() {
            return List.of();
        }

        /// Decodes, in the thread of the reader. Runs user code (`readObject`). Called once.
        ///
        /// @return the value
        /// @throws Throwable what the task threw, or why the answer cannot be read
        @Nullable
        Object decode() throws Throwable;
    }
}
