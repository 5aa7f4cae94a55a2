package io.millhand.spi;

/// The one door through which everything comes that is not determined by the program: time, randomness, threads.
/// Replaced in tests by virtual time.
public interface Backend {

    /// The monotonic clock, as [System#nanoTime()].
    ///
    /// @return nanoseconds from an arbitrary origin; compare differences only
    long nanoTime();

    /// Runs an action once, later and never early. Never fails: what depends on the action is decided already.
    ///
    /// @param delayNanos from now; zero or less for as soon as possible
    /// @param action short, must not block and must not run user code
    /// @return the way to call it off
    Timer schedule(long delayNanos, Runnable action);

    /// Starts a platform daemon thread.
    ///
    /// @param name of the thread
    /// @param body what it does
    void start(String name, Runnable body);

    /// Draws a number uniformly.
    ///
    /// @param bound exclusive, positive
    /// @return from 0
    long random(long bound);

    /// A scheduled action.
    @FunctionalInterface
    interface Timer {
        /// Calls the action off if it has not begun.
        void cancel();
    }
}
