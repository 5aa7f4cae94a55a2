package io.millhand;

import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.Set;

/// Workers of any kind that offer something.
///
/// @param workers that kind
/// @param offers their qualifications
record QualifiedWorkers(Workers workers, Set<String> offers) implements Workers {

    QualifiedWorkers {
        offers = Set.copyOf(offers);
    }

    @Override
    public WorkerPool open(WorkerHost host) {
        return workers.open(host);
    }
}
