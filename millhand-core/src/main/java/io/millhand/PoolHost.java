package io.millhand;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Carrier;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The queue, as one kind of its workers sees it.
final class PoolHost implements WorkerHost {

    /*
     * OPENING (workers are kept back) -> OPEN -> LEAVING (workers are ignored)
     *
     * What a kind understands is known when it is open, and must be before its first worker gets a task.
     */

    private final Dispatcher dispatcher;
    private final String queueName;
    private final Set<String> offers;

    /// Null once it is open.
    @GuardedBy("this")
    private @Nullable List<Worker> keptBack = new ArrayList<>();

    /// Written once, before the first worker is offered.
    private volatile Optional<Carrier> carrier = Optional.empty();

    /// Written once, under the dispatcher's lock.
    private volatile @Nullable Detachment detachment;

    /// @param dispatcher the core
    /// @param queueName unique among the kinds of one queue, since the names of workers begin with it
    /// @param offers the qualifications of all workers of this kind
    PoolHost(Dispatcher dispatcher, String queueName, Set<String> offers) {
        this.dispatcher = dispatcher;
        this.queueName = queueName;
        this.offers = offers;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    @Override
    public String queueName() {
        return queueName;
    }

    Set<String> offers() {
        return offers;
    }

    /// How tasks are encoded for these workers; empty where they run in this JVM.
    Optional<Carrier> carrier() {
        return carrier;
    }

    /// OPENING -> OPEN
    void opened(Optional<Carrier> carrier) {
        this.carrier = carrier;
        List<Worker> first;
        synchronized (this) {
            first = keptBack == null ? List.of() : keptBack;
            keptBack = null;
        }
        first.forEach(this::offer);
    }

    /// OPEN -> LEAVING, under the dispatcher's lock.
    void leaves(Detachment detachment) {
        assert dispatcher.holdsLock();
        this.detachment = detachment;
    }

    /// An attempt has left its slot.
    void left() {
        var ongoing = detachment;
        if (ongoing != null) {
            ongoing.releaseIfIdle();
        }
    }

    @Override
    public Backend backend() {
        return dispatcher.backend();
    }

    @Override
    public void offer(Worker worker) {
        synchronized (this) {
            if (keptBack != null) {
                keptBack.add(worker);
                return;
            }
        }
        dispatcher.change((_, slots) -> {
            if (detachment == null) {
                slots.add(worker, this);
            }
        });
        dispatcher.chronicle().loadChanged();
    }

    @Override
    public void withdraw(Worker worker) {
        synchronized (this) {
            if (keptBack != null) {
                keptBack.remove(worker);
                return;
            }
        }
        var _ = dispatcher.ask((_, slots) -> slots.withdraw(worker));
        dispatcher.endUnserved();
        dispatcher.chronicle().loadChanged();
    }

    @Override
    public void resized(Worker worker) {
        dispatcher.change((_, slots) -> slots.resize(worker));
        dispatcher.chronicle().loadChanged();
    }

    @Override
    public void changed(Worker worker, long pid, WorkerChange change) {
        dispatcher.chronicle().changed(new TaskEvent.Worker(worker.name(), pid, change));
    }

    @Override
    public void started(Assignment assignment) {
        dispatcher.started((AttemptRun) assignment);
    }

    @Override
    public void alive(Assignment assignment) {
        ((AttemptRun) assignment).alive(dispatcher.backend().nanoTime());
    }

    @Override
    public boolean message(Assignment assignment, Message message) {
        alive(assignment);
        return dispatcher.chronicle().said(((AttemptRun) assignment).run(), message);
    }

    @Override
    public void progress(Assignment assignment, Supplier<Progress> latest) {
        alive(assignment);
        dispatcher.chronicle().progressed(((AttemptRun) assignment).run(), latest);
    }

    @Override
    public boolean logsMessages() {
        return dispatcher.chronicle().messages().logged();
    }

    @Override
    public void ended(Assignment assignment, AttemptEnding ending) {
        dispatcher.ended((AttemptRun) assignment, ending);
    }
}
