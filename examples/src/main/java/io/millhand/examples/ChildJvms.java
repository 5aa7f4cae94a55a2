package io.millhand.examples;

import io.millhand.SerializableCallable;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.process.ChildLife;
import io.millhand.process.ChildProcess;
import io.millhand.process.ChildSetup;
import io.millhand.process.ProcessWorkers;
import io.millhand.process.Recycling;
import java.time.Duration;
import java.util.Map;

/// Child JVMs with a life of their own: a model that each loads once, spares, replacement before they grow old.
///
/// Expected: `Vienna`, then one line for each of the two children.
public final class ChildJvms {

    private ChildJvms() {}

    /// Runs it.
    ///
    /// @param args none
    public static void main(String[] args) {
        // snippet:workers
        var workers = ProcessWorkers.of(2)
                .heap(256 << 20)
                .setup(ChildSetup.of(Model::load).limit(Duration.ofMinutes(1)).teardown(Model::close))
                .life(ChildLife.defaults()
                        .spares(1) // takes over within milliseconds when a child dies
                        .recycling(Recycling.never().afterTasks(10_000).aboveMemory(400 << 20)));
        try (var pool = TaskQueue.on(workers)) {
            SerializableCallable<String> lookUp =
                    () -> TaskContext.current().state(Model.class).capitalOf("Austria");
            System.out.println(pool.submit(lookUp).join());
            // end:workers
            // snippet:living
            for (var child : ChildProcess.living()) {
                System.out.println(
                        child.worker() + " runs " + child.tasks() + " in " + child.residentBytes() + " bytes");
            }
            // end:living
        }
    }

    private record Model(Map<String, String> capitals) {

        static Model load() {
            return new Model(Map.of("Austria", "Vienna"));
        }

        String capitalOf(String country) {
            return capitals.getOrDefault(country, "unknown");
        }

        void close() {}
    }
}
