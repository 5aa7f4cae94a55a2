package io.millhand;

import java.io.Serializable;
import java.util.function.Consumer;

/// A [Consumer] that can travel to another JVM; see [SerializableCallable].
///
/// @param <T> the type of the input
@FunctionalInterface
public interface SerializableConsumer<T> extends Consumer<T>, Serializable {}
