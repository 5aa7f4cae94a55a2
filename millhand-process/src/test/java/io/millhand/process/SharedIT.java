package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.millhand.Broadcast;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.Shared;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.Unfinished;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What is special about shared values where workers are other JVMs.
@ExtendWith(LeakCheck.class)
class SharedIT {

    /// Leaves a file wherever it is read.
    private static final class Marking implements Serializable {
        private static final long serialVersionUID = 1;

        private final File folder;

        Marking(File folder) {
            this.folder = folder;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            Files.createTempFile(folder.toPath(), "read", "");
        }

        long pid() {
            return ProcessHandle.current().pid();
        }
    }

    /// Cannot be read anywhere.
    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException {
            throw new InvalidObjectException("on purpose");
        }
    }

    /// In a child: what a task has seen.
    private static @Nullable WeakReference<Object> seen;

    private static final List<String> WORDS = new CopyOnWriteArrayList<>();

    private static int remember(Shared<byte[]> shared) {
        seen = new WeakReference<>(shared.value());
        return shared.value().length;
    }

    private static boolean isForgotten() {
        System.gc();
        return seen != null && seen.get() == null;
    }

    private static ProcessWorkers small(int count) {
        return ProcessWorkers.of(count).jvm(ChildJvm.defaults().heap(64 << 20));
    }

    private static <T> T value(TaskHandle<T> handle) {
        var outcome = handle.outcome(CEILING).orElseThrow();
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        return ((Outcome.Succeeded<T>) outcome).value();
    }

    @Test
    @Guarantee("5.19.2")
    void isReadOnceInEachChild(@TempDir Path folder) throws Exception {
        var pids = new HashSet<Long>();
        try (var queue = TaskQueue.on(small(2));
                var shared = queue.share(new Marking(folder.toFile()))) {
            for (int i = 0; i < 50; i++) {
                pids.add(value(queue.submit(() -> shared.value().pid())));
            }
            var first = queue.submit(() -> shared.value().pid());
            var second = queue.submit(() -> shared.value().pid());
            pids.addAll(List.of(value(first), value(second)));
        }
        try (var marks = Files.list(folder)) {
            assertThat(marks).hasSize(pids.size());
        }
    }

    @Test
    @Guarantee("5.19.2")
    void isSentToAReplacement() {
        try (var queue = TaskQueue.on(small(1));
                var shared = queue.share(new byte[700_000])) {
            assertThat(value(queue.submit(() -> shared.value().length))).isEqualTo(700_000);
            var crash = queue.submit(() -> {
                Runtime.getRuntime().halt(shared.value().length % 100 + 3);
                return 0;
            });
            assertThat(crash.outcome(CEILING)).get().isInstanceOf(Outcome.Crashed.class);
            assertThat(value(queue.submit(() -> shared.value().length))).isEqualTo(700_000);
        }
    }

    @Test
    @Guarantee("5.19.3")
    void travelsAsItWasWhenItWasShared() {
        var list = new ArrayList<>(List.of("early"));
        try (var queue = TaskQueue.on(small(1));
                var shared = queue.share(list)) {
            list.add("late");
            assertThat(value(queue.submit(() -> shared.value()))).containsExactly("early");
            assertThat(shared.value()).containsExactly("early", "late");
        }
    }

    @Test
    @Guarantee("5.19.3")
    void isEncodedForWorkersThatComeLaterWhenATaskTakesItThere() throws Exception {
        try (var queue = TaskQueue.on(ThreadWorkers.single());
                var shared = queue.share(new ArrayList<>(List.of("a")))) {
            queue.attach(small(1));
            queue.workers("queue")
                    .detach(CEILING, Unfinished.REQUEUE)
                    .toCompletableFuture()
                    .get();
            assertThat(value(queue.submit(() ->
                            shared.value().size() + ProcessHandle.current().pid())))
                    .isNotEqualTo(1 + ProcessHandle.current().pid());
        }
    }

    @Test
    @Guarantee("5.19.4")
    void isForgottenInChildrenWhenItIsClosed() {
        try (var queue = TaskQueue.on(small(1))) {
            var shared = queue.share(new byte[1_000_000]);
            assertThat(value(queue.submit(() -> remember(shared)))).isEqualTo(1_000_000);
            assertThat(value(queue.submit(() -> isForgotten()))).isFalse();
            shared.close();
            await().atMost(CEILING).until(() -> value(queue.submit(() -> isForgotten())));
        }
    }

    @Test
    @Guarantee("5.19.4")
    void isForgottenInChildrenWhenNobodyHoldsIt() {
        try (var queue = TaskQueue.on(small(1))) {
            rememberOne(queue);
            await().atMost(CEILING).until(() -> {
                System.gc();
                return value(queue.submit(() -> isForgotten()));
            });
        }
    }

    private static void rememberOne(TaskQueue queue) {
        var shared = queue.share(new byte[1_000_000]);
        assertThat(value(queue.submit(() -> remember(shared)))).isEqualTo(1_000_000);
    }

    @Test
    @Guarantee("5.19.4")
    void failsATaskThatBeginsAfterItWasClosed() {
        try (var queue = TaskQueue.on(small(1))) {
            var shared = queue.share("text");
            queue.pause();
            var late = queue.submit(() -> shared.value().length());
            shared.close();
            queue.resume();
            assertThat(late.outcome(CEILING))
                    .get()
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("closed"));
        }
    }

    @Test
    @Guarantee("5.19.3")
    void isRefusedWhereItCannotTravel() {
        try (var queue = TaskQueue.on(small(1))) {
            assertThatExceptionOfType(NotTransferableException.class)
                    .isThrownBy(() -> queue.share(List.of(new Object())))
                    .withMessageContaining("java.lang.Object");
        }
    }

    @Test
    @Guarantee("5.19.5")
    void failsTheTasksThatReadWhatCannotBeRead() {
        try (var queue = TaskQueue.on(small(1));
                var shared = queue.share(new Unreadable())) {
            for (int i = 0; i < 2; i++) {
                assertThat(queue.submit(() -> shared.value().hashCode()).outcome(CEILING))
                        .get()
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("cannot be read in this JVM")
                                        .hasMessageContaining("on purpose"));
            }
            assertThat(value(queue.submit(() -> 7))).isEqualTo(7);
        }
    }

    @Test
    @Guarantee("5.19.5")
    void isNoResult() {
        try (var queue = TaskQueue.on(small(1));
                var shared = queue.share("text")) {
            assertThat(queue.submit(() -> List.of(shared)).outcome(CEILING))
                    .get()
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageContaining("io.millhand.Shared"));
        }
    }

    @Test
    @Guarantee("5.19.1")
    void goesWithBroadcastsInitializersAndOtherSharedValues() throws Exception {
        try (var queue = TaskQueue.on(small(1));
                var inner = queue.share("inner");
                var outer = queue.share(new ArrayList<>(List.of(inner)))) {
            assertThat(value(queue.submit(() -> outer.value().getFirst().value())))
                    .isEqualTo("inner");
            queue.broadcast(Broadcast.of(() -> WORDS.add(inner.value()))).get();
            assertThat(value(queue.submit(() -> List.copyOf(WORDS)))).containsExactly("inner");
            var setup = ChildSetup.of(() -> inner.value() + "!");
            try (var other = TaskQueue.on(small(1).setup(setup))) {
                assertThat(value(other.submit(() -> TaskContext.current().state(String.class))))
                        .isEqualTo("inner!");
            }
        }
    }

    @Test
    @Guarantee("5.19.2")
    void weighsNothingInATask() {
        try (var queue = TaskQueue.on(small(1));
                var shared = queue.share(new byte[1_000_000])) {
            var report = Travel.check(() -> shared.value().length);
            assertThat(report.travels()).isTrue();
            assertThat(report.bytes()).isLessThan(2_000);
        }
    }

    @Test
    @Guarantee("5.19.2")
    void isThereWhenACrashIsReplayed(@TempDir Path folder) throws Exception {
        var home = folder.toFile();
        var workers = small(1).diagnosis(ChildDiagnosis.defaults().crashFolder(folder));
        try (var queue = TaskQueue.on(workers);
                var inner = queue.share("inner");
                var shared = queue.share(new ArrayList<>(List.of(inner)))) {
            var crash = queue.submit(Task.of(() -> crashOnce(shared, home)));
            assertThat(crash.outcome(CEILING)).get().isInstanceOf(Outcome.Crashed.class);
        }
        try (var crashes = Files.newDirectoryStream(folder, "*-task*")) {
            var outcome = Replay.of(crashes.iterator().next()).run();
            assertThat(outcome).isEqualTo(new Outcome.Succeeded<>("inner"));
        }
    }

    private static String crashOnce(Shared<? extends List<Shared<String>>> shared, File folder) throws IOException {
        String value = shared.value().getFirst().value();
        if (new File(folder, "crashed").createNewFile()) {
            Runtime.getRuntime().halt(3);
        }
        return value;
    }
}
