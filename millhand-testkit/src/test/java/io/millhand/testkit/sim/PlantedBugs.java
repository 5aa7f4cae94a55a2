package io.millhand.testkit.sim;

import java.util.List;

/// The faults that the simulation must find. One whose text is no longer in the source is to be planted anew.
final class PlantedBugs {

    static final List<PlantedBug> ALL = List.of(
            PlantedBug.of("lost wake-up: a slot that becomes free takes no task", "Dispatcher", """
                                slots.giveBack(attempt.entry());
                            }
                            next = assignNext();
                    """, """
                                slots.giveBack(attempt.entry());
                            }
                            next = ready.size() > 3 ? null : assignNext();
                    """),
            PlantedBug.of(
                    "lost wake-up: a task whose backoff is over waits for the next event", "Dispatcher", """
                            ready.reenter(run);
                            next = assignNext();
                    """, """
                            ready.reenter(run);
                            next = null;
                    """),
            PlantedBug.of("lost wake-up: a limit that is raised is not noticed", "ReadyTasks", """
                            flow.limit = limit;
                            settle(flow);
                    """, """
                            flow.limit = limit;
                    """),
            PlantedBug.of("double completion: a report of an attempt that has ended counts", "Dispatcher", """
                                return; // reported before
                    """, """
                                end(run, new Outcome.Cancelled<>(CancelReason.CALLER), Attempt.Ending.CANCELLED);
                    """),
            PlantedBug.of(
                    "slots off by one: a worker gets one attempt too many",
                    "SlotTable",
                    "this.free = worker.slots();",
                    "this.free = worker.slots() + 1;"),
            PlantedBug.of(
                    "limit of a series off by one",
                    "ReadyTasks",
                    "flow.underWay >= flow.limit",
                    "flow.underWay > flow.limit"),
            PlantedBug.of(
                    "a retry stands behind its series and no longer before it",
                    "Flow",
                    "next.startTag != TaskRun.NO_TAG && next.id() < run.id();",
                    "next.id() != -1;"),
            PlantedBug.of(
                    "a retry moves the clock of its series again",
                    "ReadyTasks",
                    "if (run.startTag == TaskRun.NO_TAG) {",
                    "if (run.startTag >= TaskRun.NO_TAG) {"),
            PlantedBug.of(
                    "an idle series gets credit for its idleness",
                    "Order",
                    "return Math.max(virtualTime, finishTag);",
                    "return finishTag;"),
            PlantedBug.of(
                    "niceness weighs too little",
                    "Order",
                    "return UNIT + positive * positive;",
                    "return UNIT + positive * 20;"),
            PlantedBug.of("a cancel loses the slot of a running attempt", "Dispatcher", """
                                run.recordCancelled(attempt, now);
                            }
                    """, """
                                run.recordCancelled(attempt, now);
                                return;
                            }
                    """),
            PlantedBug.of("a cancelled task that was queued runs all the same", "Dispatcher", """
                                ready.remove(run);
                            }
                    """, """
                                ready.size();
                            }
                    """)
                    .and("TaskRun", "move(State.QUEUED, State.ASSIGNED);", "state = State.ASSIGNED;"),
            PlantedBug.of(
                            "a cancelled task that waited for its next attempt runs all the same",
                            "Dispatcher",
                            "return; // cancelled meanwhile",
                            "")
                    .and("TaskRun", "move(State.WAITING_RETRY, State.QUEUED);", "state = State.QUEUED;")
                    .and("TaskRun", "timer.cancel();\n}\n}\n\n/// WAITING_RETRY", "}\n}\n\n/// WAITING_RETRY")
                    .and("TaskRun", "backoff.cancel();", ""),
            PlantedBug.of(
                    "cancel(false) kills", "Dispatcher", "attempt.stop(mayInterruptIfRunning);", "attempt.stop(true);"),
            PlantedBug.of(
                    "a kill that comes before its assignment is lost",
                    "AttemptRun",
                    "case KILL_ASKED -> entry.worker().kill(this);",
                    "case KILL_ASKED -> {}"),
            PlantedBug.of(
                    "a timeout comes a nanosecond early",
                    "Clockwork",
                    "schedule(attempt, clock, SystemBackend.saturatedNanos(limit));",
                    "schedule(attempt, clock, SystemBackend.saturatedNanos(limit) - 1);"),
            PlantedBug.of(
                            "the timer of an attempt is not called off and kills the next one",
                            "Dispatcher",
                            "attempt.over();",
                            "")
                    .and("Dispatcher", """
                            if (!attempt.run().isCurrent(attempt) || !attempt.run().expired(clock)) {
                            return;
                            }
                            } finally {
                            lock.unlock();
                            }
                            attempt.stop(true);
                            """, """
                            attempt = attempt.run().current();
                            if (attempt == null || !attempt.run().expired(clock)) {
                            return;
                            }
                            } finally {
                            lock.unlock();
                            }
                            attempt.stop(true);
                            """),
            PlantedBug.of(
                    "the timers of an attempt that has ended are left behind",
                    "AttemptRun",
                    "timers.values().forEach(Backend.Timer::cancel);",
                    ""),
            PlantedBug.of(
                    "backoff is forgotten",
                    "Dispatcher",
                    "var timer = backend.schedule(delayNanos, () -> backoffOver(run));",
                    "var timer = backend.schedule(0, () -> backoffOver(run));"),
            PlantedBug.of(
                    "backoff does not double",
                    "RetryPolicy",
                    "int doublings = Math.min(attempt - 1, 62);",
                    "int doublings = Math.min(attempt - 1, 1);"),
            PlantedBug.of("a crash counts twice", "TaskRun", "crashes++;", "crashes += 2;"),
            PlantedBug.of(
                    "a retry too many",
                    "TaskRun",
                    "if (attempts.size() >= task.retry().maxAttempts()) {",
                    "if (attempts.size() > task.retry().maxAttempts()) {"),
            PlantedBug.of(
                    "what is taken back counts as an attempt",
                    "TaskRun",
                    "case AttemptEnding.TakenBack() -> requeue();",
                    """
                    case AttemptEnding.TakenBack() -> {
                        record(attempt, Attempt.Ending.CANCELLED, nowNanos);
                        yield requeue();
                    }
                    """),
            PlantedBug.of(
                    "a task that was left behind is tried again",
                    "TaskRun",
                    "if (!expiry.abandoned() && expiry.clock()",
                    "if (expiry.clock()"),
            PlantedBug.of(
                    "shutdownNow loses what waits for its next attempt",
                    "Dispatcher",
                    "others = new ArrayList<>(waitingRetry);",
                    "others = List.of();"),
            PlantedBug.of(
                    "shutdown closes while a task waits for its next attempt",
                    "Dispatcher",
                    "if (!life.awaitsTheLastTask() || unended.get() > 0 || !inSlots.isEmpty()) {",
                    "if (!life.awaitsTheLastTask() || ready.size() > 0 || !inSlots.isEmpty()) {"),
            PlantedBug.of("shutdown leaves a paused series alone", "ReadyTasks", """
                                flow.paused = false;
                                settle(flow);
                    """, """
                                settle(flow);
                    """),
            PlantedBug.of(
                    "the end of a task is published before its start",
                    "TaskRun",
                    "if (!publishedEnd) {",
                    "if (!publishedEnd || event.get() instanceof TaskEvent.Started) {"),
            PlantedBug.of(
                    "a deadline is forgotten where an attempt is under way",
                    "Dispatcher",
                    "run.expired(Expiry.Clock.DEADLINE);",
                    "return;"),
            PlantedBug.of(
                    "the pause after a failed start is forgotten",
                    "StartFailures",
                    "long nanos = FIRST_PAUSE_NANOS;",
                    "long nanos = FIRST_PAUSE_NANOS / 2;"),
            PlantedBug.of(
                    "the capacity takes one task too many",
                    "Intake",
                    "return waiting >= capacity.tasks();",
                    "return waiting > capacity.tasks();"));

    private PlantedBugs() {}
}
