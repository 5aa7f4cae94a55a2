package io.millhand.testkit;

import io.millhand.ThreadWorkers;
import io.millhand.Workers;
import java.time.Duration;

final class ThreadContractTest implements WorkerContract {
    @Override
    public Workers workers(int slots) {
        return ThreadWorkers.of(slots).grace(Duration.ofSeconds(2));
    }
}
