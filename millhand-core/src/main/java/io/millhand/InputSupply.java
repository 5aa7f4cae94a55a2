package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.ItemSequence;
import io.millhand.spi.ItemSink;
import io.millhand.spi.ItemSupply;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Draws the input of one task from its source, in the JVM of the queue.
final class InputSupply<T extends @Nullable Object> {

    /*
     *   waiting -- the attempt runs --> drawing -- end of the source, failure, end of the task --> closed
     *      +------------------ the task has its outcome, the attempt never ran ----------------------^
     *
     * A thread of its own draws, so that a source may make it wait, and closes the source: no two threads touch it.
     * The monitor guards the fields.
     */

    /// The recipe of a task that may read an input.
    interface Reading {

        /// Who has its input; stays in the JVM of the queue.
        @Nullable
        InputSupply<?> supply();

        /// In the JVM of the queue.
        default boolean waitsForInput() {
            var supply = supply();
            return supply != null && supply.isWaitedFor();
        }
    }

    private final TaskQueueImpl queue;
    private final Inlet<? extends T> inlet;

    @GuardedBy("this")
    private @Nullable ItemSink sink;

    /// Closes the sink.
    @GuardedBy("this")
    private ItemReceiver.@Nullable Producer reader;

    /// The task has its outcome.
    @GuardedBy("this")
    private boolean unwanted;

    /// Nothing more is drawn.
    private volatile boolean ended;

    InputSupply(TaskQueueImpl queue, Inlet<? extends T> inlet) {
        this.queue = queue;
        this.inlet = inlet;
    }

    /// This one, as an attempt has it.
    ///
    /// @param alive gives a sign of life of the attempt: its wait is over, although it has not read yet
    ItemSupply of(Runnable alive) {
        return new ItemSupply() {
            @Override
            public <S extends ItemSink & ItemReceiver.Producer> void begin(S sink) {
                InputSupply.this.begin(sink, alive);
            }
        };
    }

    private <S extends ItemSink & ItemReceiver.Producer> void begin(S opened, Runnable alive) {
        boolean inVain;
        synchronized (this) {
            if (sink != null) {
                throw new IllegalStateException("the input of a task is read once, and this would be the second time");
            }
            sink = opened;
            reader = opened;
            inVain = unwanted;
        }
        if (inVain) {
            opened.close(true);
            finish(opened, noLongerWanted());
            return;
        }
        try {
            queue.start("input", () -> supply(opened, alive));
        } catch (RuntimeException | Error e) {
            ended = true;
            finish(opened, e); // no thread can be had
            queue.callbacks().execute(this::closeUnread);
        }
    }

    /// The task has its outcome. Any thread.
    void taskEnded() {
        ItemReceiver.Producer told;
        boolean first;
        synchronized (this) {
            first = !unwanted;
            unwanted = true;
            told = reader;
        }
        if (told != null) {
            told.close(true);
        } else if (first) {
            queue.callbacks().execute(this::closeUnread);
        }
    }

    /// Whether the task has read all that there was, and waits for more.
    boolean isWaitedFor() {
        ItemSink asked;
        synchronized (this) {
            asked = sink;
        }
        return asked != null && !ended && isDry(asked);
    }

    private static boolean isDry(ItemSink sink) {
        return sink.credit() >= ItemSequence.WINDOW_ITEMS;
    }

    private void supply(ItemSink sink, Runnable alive) {
        var pump = new ItemsPump<T>(sink, () -> {
            if (isDry(sink)) {
                alive.run(); // from now on nobody can see that it has waited
            }
        });
        Throwable failure;
        try {
            pump.run(() -> {
                sink.await(() -> sink.credit() > 0); // the source is left alone until the task reads
                pump.drain(inlet, wake -> inlet.begin(queue, wake));
            });
            failure = sink.isClosed() ? noLongerWanted() : null;
        } catch (Throwable e) {
            failure = e; // the task is told, at its place
        }
        ended = true;
        finish(sink, closed(failure));
    }

    private static CancellationException noLongerWanted() {
        return new CancellationException("the input is closed: nobody wants the result of this task any more");
    }

    private static void finish(ItemSink sink, @Nullable Throwable failure) {
        var _ = sink.finish(failure);
    }

    /// Closes the source.
    ///
    /// @return what has failed first
    private @Nullable Throwable closed(@Nullable Throwable failure) {
        try {
            inlet.close();
        } catch (Throwable e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
        }
        return failure;
    }

    /// Closes a source that no task has read.
    private void closeUnread() {
        var failure = closed(null);
        if (failure != null) {
            System.getLogger("io.millhand")
                    .log(System.Logger.Level.WARNING, "a source that no task has read cannot be closed", failure);
        }
    }
}
