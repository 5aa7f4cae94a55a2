package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.spi.Payload;
import io.millhand.spi.Worker;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class InlineWorkersTest {

    /// A queue that only listens.
    private static final class Host implements WorkerHost {
        final List<Worker> workers = new ArrayList<>();
        final List<AttemptEnding> endings = new ArrayList<>();

        @Override
        public String queueName() {
            return "queue";
        }

        @Override
        public Backend backend() {
            return new SystemBackend("queue");
        }

        @Override
        public void offer(Worker worker) {
            workers.add(worker);
        }

        @Override
        public void withdraw(Worker worker) {
            workers.remove(worker);
        }

        @Override
        public void resized(Worker worker) {}

        @Override
        public void alive(Assignment assignment) {}

        @Override
        public void started(Assignment assignment) {
            throw new AssertionError("a cancelled task was started");
        }

        @Override
        public void ended(Assignment assignment, AttemptEnding ending) {
            endings.add(ending);
        }
    }

    private record Cancelled(long taskId) implements Assignment, WorkerPool.Submission {
        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public void whenDone(Runnable action) {
            action.run();
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public String taskName() {
            return "cancelled";
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public Callable<?> call() {
            throw new AssertionError("a cancelled task was run");
        }

        @Override
        public Optional<Payload> payload() {
            return Optional.empty();
        }
    }

    static List<BiConsumer<Worker, Assignment>> stops() {
        return List.of(Worker::kill, Worker::cancel);
    }

    /// Another thread may hold the assignment of a task whose submitter has seen its cancel and left.
    @ParameterizedTest
    @MethodSource("stops")
    void reportsTheEndOfAnAttemptThatCameAfterItsSubmitterHadLeft(BiConsumer<Worker, Assignment> stop) {
        var host = new Host();
        try (var pool = InlineWorkers.of().open(host)) {
            var worker = host.workers.getFirst();
            var cancelled = new Cancelled(1);
            pool.submitted(cancelled);
            worker.assign(cancelled);
            stop.accept(worker, cancelled);
            assertThat(host.endings).hasSize(1);
            stop.accept(worker, cancelled);
            pool.submitted(cancelled);
            assertThat(host.endings).hasSize(1);
        }
    }
}
