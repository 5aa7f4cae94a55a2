package io.millhand;

import java.io.Serializable;
import java.util.function.Function;

/// A [Function] that can travel to another JVM; see [SerializableCallable].
///
/// @param <T> the type of the input
/// @param <R> the type of the result
@FunctionalInterface
public interface SerializableFunction<T, R> extends Function<T, R>, Serializable {}
