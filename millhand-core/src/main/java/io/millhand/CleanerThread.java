package io.millhand;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/// Hears of objects that were collected. Begins with the first that is registered, and is the only thread that
/// stays as long as the JVM.
final class CleanerThread {

    private static @Nullable Cleaner cleaner;

    private CleanerThread() {}

    /// Runs an action once when nobody can reach the object any more, or when it is told to.
    ///
    /// @param object the action must not lead to it
    /// @param action short, must not block
    static Cleaner.Cleanable register(Object object, Runnable action) {
        return cleaner().register(object, action);
    }

    /// Not in an initializer, which would fail once and for all where no thread can be had.
    private static synchronized Cleaner cleaner() {
        var made = cleaner == null ? Cleaner.create(CleanerThread::thread) : cleaner;
        cleaner = made;
        return made;
    }

    /// It outlives the queue that happened to be the first, so it must keep nothing of that one's.
    private static Thread thread(Runnable body) {
        var thread = Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name("millhand-cleaner")
                .unstarted(body);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }
}
