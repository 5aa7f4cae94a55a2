package io.millhand;

import org.jspecify.annotations.Nullable;

/// What a reader of results finds.
///
/// @param <E> the type of the elements
sealed interface Step<E extends @Nullable Object> {

    /// The next element.
    record Element<E extends @Nullable Object>(E value) implements Step<E> {}

    /// This input has none.
    record Skipped<E extends @Nullable Object>() implements Step<E> {}

    /// Nothing now; the reader is woken when that changes.
    record NotYet<E extends @Nullable Object>() implements Step<E> {}

    /// Nothing any more.
    record End<E extends @Nullable Object>() implements Step<E> {}
}
