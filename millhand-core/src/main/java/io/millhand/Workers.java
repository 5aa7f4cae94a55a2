package io.millhand;

import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.Set;

/// An immutable description of where tasks run: in the caller's thread, on threads, on virtual threads, in child JVMs.
///
/// A description holds no resource and may be used for any number of queues. [TaskQueue] opens it and owns what it
/// opens. Kinds that come with Millhand: [InlineWorkers], [ThreadWorkers], [VirtualThreadWorkers] and, in the module
/// `io.millhand.process`, `ProcessWorkers`.
public interface Workers {

    /// Opens the workers for one queue. Called once by each queue, never by users.
    ///
    /// Must not block and must not start what it can start on demand.
    ///
    /// @param host the queue's side of the conversation
    /// @return the opened workers, owned by the queue
    WorkerPool open(WorkerHost host);

    /// What all these workers offer to tasks that [require][Task#requires] it.
    ///
    /// @return empty unless told otherwise
    default Set<String> offers() {
        return Set.of();
    }

    /// These workers with qualifications.
    ///
    /// @param qualifications what they offer, any texts
    /// @return the changed description
    default Workers offering(String... qualifications) {
        return new QualifiedWorkers(this, Set.of(qualifications));
    }
}
