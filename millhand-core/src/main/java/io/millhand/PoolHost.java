package io.millhand;

import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import java.util.Set;

/// The queue, as one kind of its workers sees it.
///
/// @param dispatcher the core
/// @param queueName unique among the kinds of one queue, since the names of workers begin with it
/// @param offers the qualifications of all workers of this kind
record PoolHost(Dispatcher dispatcher, String queueName, Set<String> offers) implements WorkerHost {

    @Override
    public Backend backend() {
        return dispatcher.backend();
    }

    @Override
    public void offer(Worker worker) {
        dispatcher.offer(worker, this);
        dispatcher.chronicle().loadChanged();
    }

    @Override
    public void withdraw(Worker worker) {
        var _ = dispatcher.ask((_, slots) -> slots.withdraw(worker));
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
    public void ended(Assignment assignment, AttemptEnding ending) {
        dispatcher.ended((AttemptRun) assignment, ending);
    }
}
