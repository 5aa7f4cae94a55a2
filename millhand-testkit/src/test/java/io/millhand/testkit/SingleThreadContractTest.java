package io.millhand.testkit;

import io.millhand.ThreadWorkers;
import io.millhand.Workers;
import java.time.Duration;

@Excluded(
        tests = {
            "answersTheQuickBeforeTheSlow",
            "answersTheEndThatCameFirst",
            "mapsInTheOrderOfTheEnds",
            "aReaderThatDoesNotReadHoldsUpNothingElse",
            "itsSilenceWhileNothingIsWantedIsNoLackOfProgress",
            "aSlowSourceIsNoLackOfProgressOfItsTask",
            "aShutdownCancelsWhatNobodyReadsAndWaitsForTheRest",
            "isASourceOfAMap",
            "readsWhicheverStreamHasItems",
            "keepsEachStreamAndTheirNumberWithinTheWindow",
            "failsAfterExactlyTheItemsBeforeAndClosesTheRest",
            "anEarlyCloseClosesAllStreamsAndTheSource"
        },
        because = "one thread runs one task at a time")
final class SingleThreadContractTest implements WorkerContract {
    @Override
    public Workers workers(int slots) {
        return ThreadWorkers.single().grace(Duration.ofMillis(100));
    }
}
