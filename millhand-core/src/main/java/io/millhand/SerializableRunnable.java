package io.millhand;

import java.io.Serializable;

/// A [Runnable] that can travel to another JVM; see [SerializableCallable].
@FunctionalInterface
public interface SerializableRunnable extends Runnable, Serializable {}
