package io.millhand;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/// The way to the JDK's flight recorder, where there is one. The classes behind it are not touched
/// elsewhere: without the module `jdk.jfr`, in which case nothing can record, they cannot be loaded.
record FlightLog(String queueName) {

    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    /// A worker takes an attempt now. Answers null unless somebody records.
    static @Nullable Object begun() {
        return isOn() ? AttemptFlight.begun() : null;
    }

    /// An event class registers itself when it is loaded, which takes the first task of a program 100 ms.
    private static boolean isOn() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    /// Called without a lock.
    void over(AttemptRun attempt, long nowNanos) {
        var flight = attempt.flight();
        if (flight != null) {
            ((AttemptFlight) flight).over(queueName, attempt, attempt.elapsed(nowNanos));
        }
    }

    void tell(TaskEvent.Worker change) {
        if (isOn()) {
            WorkerFlight.tell(queueName, change);
        }
    }
}
