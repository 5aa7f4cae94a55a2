package io.millhand.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Listens to the parent while the main thread of a child runs a task, so that a cancel or the question for a stack is
/// heard, sends items that wait in vain for company, gives back what waits too long behind the
/// task, and writes what is kept.
final class Listener implements Runnable {

    /*
     * The main thread reads the channel itself as long as it has nothing else to do, which saves each task a hand-over
     * between threads. This thread looks now and then while a task runs. It does not wait in the kernel: a thread that
     * does holds up the end of a JVM, through Runtime.halt for example, by 300 ms.
     *
     *   NEAR:    looks every 3 ms while a task runs, and every 1 ms while it is new, emits items, or something waits
     *            behind it
     *   RESTING: looks every 2 ms whether a task runs, or when something waits behind one
     *   FAR:     waits to be called, after a second without a task
     */

    private static final long LISTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long NEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int NEAR_LOOKS = 500;

    /// While items are emitted, which it sends when nobody else does, or something waits behind a task, or may come.
    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ChannelLoop loop;
    private final ItemsOutputs items;
    private final Orders orders;
    private final FrameChannel channel;
    private final Thread thread;

    /// Written by the main thread.
    private volatile boolean busy;

    /// Written by this thread.
    private volatile boolean far;

    /// Written by this thread, and by who calls it.
    private volatile boolean resting;

    Listener(ChannelLoop loop, ItemsOutputs items, Orders orders, FrameChannel channel) {
        this.loop = loop;
        this.items = items;
        this.orders = orders;
        this.channel = channel;
        thread = Thread.ofPlatform().daemon().name("millhand-listener").start(this);
    }

    /// Main thread: a task begins.
    void begin() {
        busy = true;
        if (far || (resting && !orders.isEmpty())) {
            resting = false;
            LockSupport.unpark(thread);
        }
    }

    /// A stream begins, in whatever thread.
    void attend() {
        LockSupport.unpark(thread);
    }

    /// Who reads the channel: there is an order. It is of interest only behind a task.
    void attendIfResting() {
        if (resting && busy) {
            resting = false;
            LockSupport.unpark(thread);
        }
    }

    /// Main thread: the task is over.
    void end() {
        busy = false;
    }

    @Override
    public void run() {
        try {
            for (int idleLooks = 0; ; ) {
                boolean hurries = items.flushStale();
                if (hurries || busy || !items.isEmpty() || !orders.isEmpty()) {
                    idleLooks = 0;
                    channel.flush();
                    loop.turnNow();
                    boolean waits = orders.giveBackIfStuck();
                    hurries |= waits || orders.hasJustBegun();
                    LockSupport.parkNanos(this, hurries ? HURRY_NANOS : LISTEN_NANOS);
                } else if (idleLooks++ < NEAR_LOOKS) {
                    rest();
                } else {
                    idleLooks = 0;
                    waitFar();
                }
                var _ = Thread.interrupted(); // somebody's who knows no better: it would end every pause
            }
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
            OwnGroup.leave(); // a child that does not listen is of no use
        }
    }

    private void rest() {
        resting = true;
        if (orders.isEmpty()) {
            LockSupport.parkNanos(this, NEAR_NANOS);
        }
        resting = false;
    }

    private void waitFar() {
        far = true;
        if (!busy && items.isEmpty()) {
            LockSupport.park(this);
        }
        far = false;
    }
}
