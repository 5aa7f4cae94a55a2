package io.millhand.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Reads all channels of a pool, or the one channel of a child.
final class ChannelLoop implements Runnable {

    /*
     * In a parent one thread does nothing else: `run`. In a child whoever has nothing better to do takes a turn; `reading`
     * sees to it that turns do not overlap.
     *
     * What is sent in a turn is written at its end, all together. While that one thread is awake, others leave to it what
     * they send, too: its turn ends soon. Who finds it asleep writes. It says that it sleeps before it looks for the last
     * time whether something was left to it, and others leave it there before they look whether it sleeps; so nothing
     * stays unwritten.
     */

    /// How long a turn may wait of somebody who wants one answer only.
    private static final long SHORT_TURN_MILLIS = 20;

    /// Loaded on use: every class costs a child's start.
    private static final String LOGGER = "io.millhand.process";

    private final Selector selector;
    private final ReentrantLock reading = new ReentrantLock();
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();

    /// Those that keep back small frames.
    private final Queue<FrameChannel> unflushed = new ConcurrentLinkedQueue<>();

    /// Whether nobody can rely on a turn that ends soon. Written by the thread that does nothing else.
    private volatile boolean asleep = true;

    private volatile boolean closed;

    ChannelLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened for the channels of the workers", e);
        }
    }

    /// From any thread: frames are read from now on.
    void add(FrameChannel channel) {
        execute(() -> register(channel));
    }

    /// From any thread: runs an action on the loop's thread, between two frames. It must not block.
    void execute(Runnable action) {
        actions.add(action);
        selector.wakeup();
    }

    /// From any thread: ends the loop. Channels must be closed by their owners before.
    void close() {
        closed = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try (selector) {
            try {
                while (!closed) {
                    attend();
                }
            } finally {
                if (!closed) {
                    // Nobody reads any more: whoever waits for an answer must learn of it.
                    var cause = new IOException("the thread that reads the channels has ended");
                    selector.keys().forEach(key -> ((FrameChannel) key.attachment()).end(cause));
                }
            }
        } catch (IOException e) {
            log("the channels of the workers cannot be read any more", e);
        }
    }

    private void attend() throws IOException {
        reading.lock();
        try {
            asleep = true;
            if (unflushed.isEmpty()) {
                selector.select(key -> {
                    asleep = false;
                    serve(key);
                });
            }
            asleep = false;
            endTurn();
        } finally {
            asleep = true;
            reading.unlock();
        }
    }

    /// Waits until there is something to do, does it, and returns; at once where the loop is closed or there is nothing
    /// to wait for.
    ///
    /// @param done asked when nobody else reads: what others have found before is seen by then
    void turnUnless(BooleanSupplier done) throws IOException {
        reading.lock();
        try {
            if (!closed && !done.getAsBoolean()) {
                selector.select(ChannelLoop::serve);
                endTurn();
            }
        } finally {
            reading.unlock();
        }
    }

    /// Does what there is to do without waiting for it, unless somebody else is at it.
    void turnNow() throws IOException {
        if (reading.tryLock()) {
            try {
                if (!closed) {
                    selector.selectNow(ChannelLoop::serve);
                    endTurn();
                }
            } finally {
                reading.unlock();
            }
        }
    }

    /// Waits a short while until there is something to do and does it, unless somebody else is at it.
    ///
    /// @param awaited completed in a turn: nothing is waited for where that has happened
    /// @return whether it was not somebody else's turn
    /// @throws IllegalStateException where nothing is read any more, and in the middle of a turn of one's own
    boolean turnUnlessOther(Future<?> awaited) throws IOException {
        return turnUnlessOther(awaited::isDone);
    }

    /// As [#turnUnlessOther(Future)].
    ///
    /// @param done true once it has happened in a turn
    boolean turnUnlessOther(BooleanSupplier done) throws IOException {
        if (closed || reading.isHeldByCurrentThread()) {
            throw new IllegalStateException(closed ? "this JVM is exiting" : "this thread is reading right now");
        }
        if (!reading.tryLock()) {
            return false;
        }
        try {
            if (!done.getAsBoolean()) {
                selector.select(ChannelLoop::serve, SHORT_TURN_MILLIS);
                endTurn();
            }
            return true;
        } finally {
            reading.unlock();
        }
    }

    /// From any thread: makes the turn that waits, or the next one, return.
    void wake() {
        selector.wakeup();
    }

    boolean isClosed() {
        return closed;
    }

    /// Any thread: leaves it to the loop to write what a channel keeps back.
    void flushLater(FrameChannel channel) {
        unflushed.add(channel);
    }

    /// Whether what was left to it is written soon.
    boolean flushesSoon() {
        return !asleep || reading.isHeldByCurrentThread();
    }

    private void endTurn() {
        runActions();
        for (var channel = unflushed.poll(); channel != null; channel = unflushed.poll()) {
            channel.flushLeft();
        }
    }

    private void runActions() {
        for (var action = actions.poll(); action != null; action = actions.poll()) {
            runGuarded(action);
        }
    }

    private static void runGuarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log("an action of the channels' thread failed", e);
        }
    }

    private static void log(String message, Throwable cause) {
        System.getLogger(LOGGER).log(System.Logger.Level.ERROR, message, cause);
    }

    private void register(FrameChannel channel) {
        try {
            channel.registered(this, channel.socket().register(selector, SelectionKey.OP_READ, channel));
        } catch (IOException e) {
            channel.end(e);
        }
    }

    private static void serve(SelectionKey key) {
        var channel = (FrameChannel) key.attachment();
        try {
            if (key.isValid() && key.isWritable()) {
                channel.writable();
            }
            if (key.isValid() && key.isReadable()) {
                channel.readable();
            }
        } catch (RuntimeException | Error e) {
            log("a worker's channel is given up", e);
            channel.end(new ProtocolException("internal error while a frame was handled: " + e));
        }
    }
}
