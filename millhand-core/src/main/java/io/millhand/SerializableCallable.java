package io.millhand;

import java.io.Serializable;
import java.util.concurrent.Callable;

/// A [Callable] that can travel to another JVM.
///
/// A lambda or method reference written where this type is expected needs no cast. What it captures must be
/// serializable as well; a queue whose workers are other JVMs says so at submit, with the path of the culprit.
///
/// @param <T> the type of the result
@FunctionalInterface
public interface SerializableCallable<T> extends Callable<T>, Serializable {}
