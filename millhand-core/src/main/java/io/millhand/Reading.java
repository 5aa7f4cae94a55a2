package io.millhand;

import org.jspecify.annotations.Nullable;

/// Makes an element of results out of a task that has ended.
///
/// @param <X> the type of the task's result
/// @param <E> the type of the element
interface Reading<X extends @Nullable Object, E extends @Nullable Object> {

    /// Reader only.
    ///
    /// @param handle of a task that has ended
    /// @return an element, or that there is none
    Step<E> read(TaskHandleImpl<X> handle);

    /// What [ErrorPolicy] says.
    ///
    /// @param skips takes what is left out
    static <X extends @Nullable Object> Reading<X, X> values(ErrorPolicy errors, Skips skips) {
        return switch (errors) {
            case FAIL_FAST -> handle -> new Step.Element<>(handle.join());
            case SKIP -> handle -> valueOrSkip(handle, skips);
        };
    }

    private static <X extends @Nullable Object> Step<X> valueOrSkip(TaskHandleImpl<X> handle, Skips skips) {
        var outcome = handle.outcome();
        return outcome instanceof Outcome.Succeeded<X>(var value)
                ? new Step.Element<>(value)
                : skips.skip(handle, TaskHandleImpl.exceptionOf(outcome));
    }
}
