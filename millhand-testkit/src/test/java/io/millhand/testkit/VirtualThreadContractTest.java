package io.millhand.testkit;

import io.millhand.VirtualThreadWorkers;
import io.millhand.Workers;
import java.time.Duration;

@Excluded(
        tests = "freesTheSlotOfATaskThatSpinsForEver",
        because = "a virtual thread that spins keeps its carrier, and with it possibly all other tasks")
final class VirtualThreadContractTest implements WorkerContract {
    @Override
    public Workers workers(int slots) {
        return VirtualThreadWorkers.of(slots).grace(Duration.ofSeconds(2));
    }
}
