package io.millhand.process;

import static java.util.Objects.requireNonNull;

import io.millhand.SerializableCallable;
import io.millhand.Task;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/// Tells what would travel to a child JVM, without a child.
///
/// ```java
/// var report = Travel.check(() -> Renderer.render(page, fonts));
/// assertThat(report.travels()).as("%s", report).isTrue();
/// assertThat(report.bytes()).isLessThan(10_000);
/// ```
///
/// It serializes what it is given, in the caller's thread, as a submit does, and forgets it.
public final class Travel {

    private Travel() {}

    /// Checks a task.
    ///
    /// @param task whose recipe would travel
    /// @return whether it can, and what it weighs
    public static TravelReport check(Task<?> task) {
        return check(task.call(), Obstacle.task(task.call()));
    }

    /// Checks a recipe. A lambda that is written here needs no cast.
    ///
    /// @param call what would be submitted
    /// @return whether it can travel, and what it weighs
    public static TravelReport check(SerializableCallable<?> call) {
        return check(requireNonNull(call, "call"), Obstacle.task(call));
    }

    /// Checks something that a task would capture, take or return.
    ///
    /// @param value any object
    /// @return whether it can travel, and what it weighs
    public static TravelReport check(Serializable value) {
        return check(
                requireNonNull(value, "value"),
                "an object of " + value.getClass().getName());
    }

    static TravelReport check(Object root, String name) {
        var trace =
                TracedWriting.of(root, Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 3));
        if (trace.failure() != null) {
            return new TravelReport(Optional.of(Obstacle.of(root, name, trace.failure())), 0, List.of());
        }
        var weights = new Weights();
        var _ = trace.walk(weights).walk();
        return new TravelReport(Optional.empty(), trace.bytes().length, weights.parts());
    }
}
