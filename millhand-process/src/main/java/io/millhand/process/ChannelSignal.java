package io.millhand.process;

import io.millhand.spi.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// How threads of a child's task wait for what the parent says.
final class ChannelSignal implements Signal {

    /*
     * Who waits reads the channel itself if nobody else does, so that no other thread stands in the path. Whoever reads
     * tells those who wait while somebody else reads.
     */

    private static final long OTHER_TURN_MILLIS = 1;

    private final ChannelLoop loop;
    private final Object told = new Object();

    ChannelSignal(ChannelLoop loop) {
        this.loop = loop;
    }

    @Override
    public void await(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while a task waited for its reader or its input");
            }
            if (takeTurn(done)) {
                continue;
            }
            synchronized (told) {
                if (!done.getAsBoolean()) {
                    TimeUnit.MILLISECONDS.timedWait(told, OTHER_TURN_MILLIS);
                }
            }
        }
    }

    private boolean takeTurn(BooleanSupplier done) {
        try {
            return loop.turnUnlessOther(done);
        } catch (IOException e) {
            throw new UncheckedIOException("the parent cannot be heard any more", e);
        }
    }

    /// In a turn of whoever reads.
    @Override
    public void tell() {
        synchronized (told) {
            told.notifyAll();
        }
    }

    @Override
    public void wake() {
        tell();
        loop.wake();
    }
}
