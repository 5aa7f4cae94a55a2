package io.millhand;

import java.util.concurrent.Executor;

/// Tells subscribers of what belongs to no queue, on threads that end after two seconds without work.
final class CallbackThreads {

    static final Executor SHARED = SystemBackend.threads("millhand-callback");

    private CallbackThreads() {}
}
