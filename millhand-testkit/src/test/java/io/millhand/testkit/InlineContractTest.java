package io.millhand.testkit;

import io.millhand.InlineWorkers;
import io.millhand.Workers;

@Excluded(
        tests = {
            "endsEachTaskOnceWhileWorkersComeAndGo",
            "runsElsewhereWhatIsKilledWithItsWorkers",
            "returnsWhatIsKilledWithItsWorkers",
            "changesItsNumberUnderLoad"
        },
        because = "workers that run tasks in the thread that submits them share a queue with no others")
@Excluded(
        tests = {
            "givesUpWaitingInTime",
            "neverRunsWhatWasCancelledInTheQueue",
            "endsARunningTaskByForce",
            "leavesARunningTaskAloneWhenAskedTo",
            "tellsARunningTaskThatItIsCancelled",
            "cancelsOnce",
            "tellsOfACancelInEveryForm",
            "cancelsThroughAFuture",
            "runsStagesOnCallbackThreads",
            "cancelsWhatInvokeAllCannotFinishInTime",
            "cancelsAllWhenInvokeAllIsInterrupted",
            "cancelsWhatInvokeAnyNoLongerNeeds",
            "failsWhenNoneSucceedsInTime",
            "killsAndCancelsOnShutdownNow",
            "killsOnShutdownNowWhatWasCancelledAndLeftAlone",
            "waitsForTheEndOnClose",
            "killsWhenCloseIsInterrupted",
            "killsWhatHasNotEndedInTime",
            "killsOnCloseWhatTheSettingsDoNotWaitFor",
            "tellsWhatBecameOfTheTasksAfterTheirEnd",
            "endsOnShutdownWhatNobodyServes",
            "answersTheQuickBeforeTheSlow",
            "leavesAResourceAloneThatIsOutOfQuota",
            "tracksATaskThatIsCancelled",
            "answersTheEndThatCameFirst",
            "answersWhatShutdownNowCancelled",
            "mapsInTheOrderOfTheEnds",
            "endsTheTaskOfACallerThatIsInterrupted",
            "endsAllAtAnInterruptAndLeavesWhatWasRead",
            "tellsTheProgressOfATaskThatRuns",
            "theSourceIsLeftAloneUntilTheTaskReadsAndDrawnAWindowAheadAtMost",
            "theSourceOfATaskThatNeverRunsIsClosed",
            "theSourceOfATaskThatIsKilledIsClosed",
            "aSlowSourceIsNoLackOfProgressOfItsTask",
            "aTaskThatIsToldOfItsCancelHasNoMoreInput"
        },
        because = "submit returns when the task has ended, so nobody holds the handle of a task under way")
@Excluded(
        tests = "freesTheSlotOfATaskThatSpinsForEver",
        because = "the thread of the caller cannot be left behind in a task that ignores its interrupt")
@Excluded(
        tests = "keepsNoInterruptFromOneTaskToTheNext",
        because = "the task runs on the thread of the caller, whose interrupt it may set")
final class InlineContractTest implements WorkerContract {
    @Override
    public Workers workers(int slots) {
        return InlineWorkers.of();
    }
}
