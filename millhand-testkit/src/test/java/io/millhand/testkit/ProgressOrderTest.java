package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Progress;
import io.millhand.ProgressRules;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskEvent;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.Workers;
import io.millhand.spi.WorkerHost;
import io.millhand.spi.WorkerPool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two threads of a task that say what its rules count.
@ExtendWith(LeakCheck.class)
final class ProgressOrderTest {

    /// Threads on whose way to the queue the first progress is held up.
    private static final class HoldingUp implements Workers {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);

        @Override
        public WorkerPool open(WorkerHost host) {
            return ThreadWorkers.of(1).open((WorkerHost) Proxy.newProxyInstance(
                    WorkerHost.class.getClassLoader(),
                    new Class<?>[] {WorkerHost.class},
                    (_, method, arguments) -> call(host, method, arguments)));
        }

        private Object call(WorkerHost host, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("progress") && held.getCount() > 0) {
                held.countDown();
                goesOn.await();
            }
            try {
                return method.invoke(host, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    @Test
    @Guarantee("5.14.8")
    void doesNotGoBackWhereOneThreadOvertakesTheOther() {
        var workers = new HoldingUp();
        var recorder = new EventContract.Recorder();
        try (var queue = TaskQueue.on(workers)) {
            queue.events().subscribe(recorder);
            recorder.request(Long.MAX_VALUE);
            var handle =
                    queue.submit(Task.of(() -> talk(workers)).named("talk").progress(ProgressRules.counting("^done$")));
            assertThat(handle.join()).isEqualTo("talked");
            assertThat(handle.progress()).contains(new Progress(2, 0, ""));
        }
        Contract.await(recorder.completed);
        assertThat(recorder.events)
                .filteredOn(event -> event instanceof TaskEvent.Progressed)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(
                                ((TaskEvent.Progressed) event).progress().done())
                        .isEqualTo(2));
    }

    private static String talk(HoldingUp workers) throws InterruptedException {
        var context = TaskContext.current();
        var other = Thread.ofPlatform().start(() -> context.message("done"));
        workers.held.await();
        context.message("done");
        workers.goesOn.countDown();
        other.join();
        return "talked";
    }
}
