package io.millhand.spi;

import java.util.function.BooleanSupplier;

/// How threads of a worker wait until something has changed.
public interface Signal {

    /// Waits until a condition holds.
    ///
    /// @param done looks at what others write; asked at once and after each wake-up
    /// @throws InterruptedException while it waited
    void await(BooleanSupplier done) throws InterruptedException;

    /// Has those look again that wait. Any thread; never blocks.
    void wake();

    /// As [#wake], by the thread that has heard of the change from the other side.
    default void tell() {
        wake();
    }

    /// A signal by a monitor of its own.
    ///
    /// @return the signal
    static Signal ofMonitor() {
        return new Signal() {
            @Override
            public synchronized void await(BooleanSupplier done) throws InterruptedException {
                while (!done.getAsBoolean()) {
                    wait();
                }
            }

            @Override
            public synchronized void wake() {
                notifyAll();
            }
        };
    }
}
