package io.millhand.testkit;

import io.millhand.Workers;
import java.time.Duration;

/// What every kind of worker must do, as tests: implement it and say how to make the workers.
///
/// ```java
/// @Excluded(tests = "tellsOfAStage", because = "these workers ...")
/// final class MyWorkersContractTest implements WorkerContract {
///     @Override
///     public Workers workers(int slots) {
///         return MyWorkers.of(slots);
///     }
/// }
/// ```
///
/// It runs unchanged over every kind; what a kind cannot do is [Excluded], with the reason, and counted in the
/// line that is printed at the end. Afterwards nothing may be left: see [LeakCheck].
///
/// The tasks can travel: they capture only what is serializable and tell through results, exceptions and files. No
/// test takes the clock for a witness: all wait for conditions.
public interface WorkerContract
        extends ResultContract,
                TimeoutContract,
                RetryContract,
                CancelContract,
                StageContract,
                BulkContract,
                ShutdownContract,
                StreamContract,
                IntakeContract,
                IndexContract,
                ItemsContract,
                InputContract,
                FlatContract,
                ContextContract,
                EventContract,
                MessageContract,
                ObservationContract,
                TrackerContract,
                CompletionsContract,
                AttachContract,
                BroadcastContract,
                LoadContract,
                SharedContract {

    /// For ever, as far as tests are concerned.
    Duration PATIENCE = Duration.ofSeconds(60);

    /// Describes the workers under test.
    ///
    /// @param slots how many attempts may run at a time, in all workers together; a kind with
    ///     another idea of it excludes the tests that need more
    /// @return a description, opened by one queue
    @Override
    Workers workers(int slots);
}
