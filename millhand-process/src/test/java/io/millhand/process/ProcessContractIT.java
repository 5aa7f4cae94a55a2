package io.millhand.process;

import io.millhand.Workers;
import io.millhand.testkit.WorkerContract;

/// The contract of all workers, on child JVMs.
class ProcessContractIT implements WorkerContract {

    @Override
    public Workers workers(int slots) {
        return ProcessWorkers.of(slots).heap(128 << 20);
    }
}
