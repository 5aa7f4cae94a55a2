package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/// Has the one reader of [Steps] look again: a thread of it that waits, and who listens in its place.
final class WakeUp {

    /*
     * Whoever changes what the reader looks at signals afterwards. The reader resets before it looks, and waits when it
     * has found nothing: so it misses no change. The monitor guards the fields; the listener is called outside it.
     */

    /// Whether something happened since the reader began to look.
    @GuardedBy("this")
    private boolean signalled;

    /// Whom to tell of signals where no thread waits.
    @GuardedBy("this")
    private @Nullable Runnable listener;

    /// Reader: it begins to look.
    synchronized void reset() {
        signalled = false;
    }

    /// Reader: there is nothing. Returns when somebody has signalled since the reset.
    synchronized void await() throws InterruptedException {
        while (!signalled) {
            wait();
        }
    }

    /// Any thread, without locks.
    void signal() {
        Runnable told;
        synchronized (this) {
            signalled = true;
            notifyAll();
            told = listener;
        }
        if (told != null) {
            told.run();
        }
    }

    synchronized void onSignal(Runnable listener) {
        this.listener = listener;
    }
}
