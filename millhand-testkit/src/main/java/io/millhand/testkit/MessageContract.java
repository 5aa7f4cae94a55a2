package io.millhand.testkit;

import static io.millhand.testkit.Contract.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.millhand.Message;
import io.millhand.Outcome;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import io.millhand.SerializableCallable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a task says while it runs.
interface MessageContract extends Contract {

    /// What tasks do here.
    final class Speech {

        private Speech() {}

        static int say(int count) {
            for (int i = 0; i < count; i++) {
                TaskContext.current().message("message " + i);
            }
            return count;
        }

        static String sayOnce() {
            TaskContext.current().message(System.Logger.Level.WARNING, "careful\nin two lines \u0000 \u2603");
            return Thread.currentThread().getName();
        }

        static int sayInEachAttempt() {
            var context = TaskContext.current();
            context.message("attempt " + context.attempt());
            if (context.attempt() < 2) {
                throw new IllegalStateException("once more");
            }
            return 0;
        }

        static String sayInAThread() throws InterruptedException {
            var thread = new Thread(() -> TaskContext.current().message("from a thread"), "beside");
            thread.start();
            thread.join();
            var virtual = Thread.ofVirtual()
                    .name("virtual")
                    .start(() -> TaskContext.current().message("from a virtual thread"));
            virtual.join();
            return "joined";
        }

        /// A thread that goes on after its task.
        static String leaveAThread(File ended, File told) {
            var context = TaskContext.current();
            var thread = new Thread(() -> {
                Contract.awaitFile(ended);
                context.message("too late");
                context.progress(9, 9);
                try {
                    TaskContext.current().message("too late, too");
                } catch (IllegalStateException _) {
                    Bodies.mark(told);
                }
            });
            thread.setDaemon(true);
            thread.start();
            return "left";
        }

        static String progress(int steps) {
            for (int i = 1; i <= steps; i++) {
                TaskContext.current().progress(i, steps, "step " + i);
            }
            return "done";
        }

        static String progressAndWait(File go) throws InterruptedException {
            TaskContext.current().progress(1, 0);
            TaskContext.current().progress(2, 7, "on the way");
            return Bodies.waitFor(go);
        }

        static String sayWithRules() {
            var context = TaskContext.current();
            context.message("processing total of 5 items");
            context.message("worker is Ada");
            context.message("processed one");
            context.message("nothing of interest");
            context.message("processed two");
            return "";
        }

        static String speakFor(Duration time, boolean withMessages) {
            long begin = System.nanoTime();
            for (long i = 0; System.nanoTime() - begin < time.toNanos(); i++) {
                if (withMessages) {
                    TaskContext.current().message("still here");
                } else {
                    TaskContext.current().progress(i, 0);
                }
                LockSupport.parkNanos(1_000_000);
            }
            return "lived";
        }

        static String refused(long done, long total) {
            TaskContext.current().progress(done, total);
            return "not refused";
        }
    }

    /// All that was said, in order.
    private static List<Message> messagesOf(TaskHandle<?> handle) {
        var all = new Collector<Message>();
        handle.messages().subscribe(all);
        all.subscription().request(Long.MAX_VALUE);
        Await.until("the end of the messages", all::isOver);
        assertThat(all.failure()).isNull();
        return all.values();
    }

    private static long lostIn(List<Message> messages) {
        return messages.stream().mapToLong(Message::lost).sum();
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }

    @Test
    @Guarantee("5.14.3")
    default void tellsWhoSaidWhatAndWhere() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(Speech::sayOnce).named("page 7"));
            assertThat(ended(handle)).isInstanceOf(Outcome.Succeeded.class);
            var worker = handle.attempts().getFirst().worker();
            assertThat(messagesOf(handle)).singleElement().satisfies(message -> {
                assertThat(message.task()).isEqualTo(handle.id());
                assertThat(message.attempt()).isEqualTo(1);
                assertThat(message.worker()).isEqualTo(worker);
                assertThat(message.kind()).isEqualTo(Message.Kind.TEXT);
                assertThat(message.level()).isEqualTo(System.Logger.Level.WARNING);
                assertThat(message.thread()).isEqualTo(handle.join());
                assertThat(message.time()).isBetween(Instant.EPOCH, Instant.now());
                assertThat(message.text()).isEqualTo("careful\nin two lines \u0000 \u2603");
            });
        }
    }

    @Test
    @Guarantee("5.14.3")
    default void tellsAllMessagesInOrderBeforeTheOutcome() {
        try (var queue = open(1)) {
            var handle = queue.submit(() -> Speech.say(90));
            ended(handle);
            var expected = IntStream.range(0, 90).mapToObj(i -> "message " + i).toList();
            assertThat(texts(messagesOf(handle))).isEqualTo(expected);
            assertThat(texts(messagesOf(handle))).isEqualTo(expected); // as often as one likes
        }
    }

    @Test
    @Guarantee("5.14.3")
    default void tellsTheMessagesOfAllAttempts() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(Speech::sayInEachAttempt).retry(RetryContract.AT_ONCE_TWICE));
            ended(handle);
            assertThat(messagesOf(handle))
                    .extracting(Message::attempt, Message::text)
                    .containsExactly(tuple(1, "attempt 1"), tuple(2, "attempt 2"));
        }
    }

    @Test
    @Guarantee("5.14.1")
    default void knowsATaskInTheThreadsThatItStarts() {
        try (var queue = open(1)) {
            var handle = queue.submit(Speech::sayInAThread);
            assertThat(ended(handle)).isInstanceOf(Outcome.Succeeded.class);
            assertThat(messagesOf(handle))
                    .extracting(Message::thread, Message::text)
                    .containsExactly(tuple("beside", "from a thread"), tuple("virtual", "from a virtual thread"));
        }
    }

    @Test
    @Guarantee("5.14.5")
    default void dropsWhatIsSaidAfterTheEnd(@TempDir Path folder) {
        var end = Contract.file(folder, "end");
        var told = Contract.file(folder, "told");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> Speech.leaveAThread(end, told));
            ended(handle);
            Bodies.mark(end);
            Contract.awaitFile(told);
            assertThat(messagesOf(handle)).isEmpty();
            assertThat(handle.progress()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.14.4")
    default void accountsForEachMessageOfAFlood() {
        int flood = 30_000;
        var slow = new Collector<Message>();
        var none = new Collector<Message>();
        try (var queue = open(1)) {
            var handle = queue.submit(() -> Speech.say(flood));
            handle.messages().subscribe(slow);
            handle.messages().subscribe(none);
            slow.subscription().request(1);
            ended(handle);
            slow.subscription().request(Long.MAX_VALUE);
            Await.until("the end of the messages", slow::isOver);
            var late = messagesOf(handle);

            assertThat(slow.values()).hasSizeLessThanOrEqualTo(10_000 + 3);
            assertThat(late).hasSize(100 + 1);
            for (var received : List.of(slow.values(), late)) {
                long kept = received.stream()
                        .filter(message -> message.kind() == Message.Kind.TEXT)
                        .count();
                assertThat(kept + lostIn(received)).isEqualTo(flood);
                assertThat(received.getLast().text()).isEqualTo("message " + (flood - 1));
            }
            assertThat(none.values()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.14.4")
    default void holdsATaskToItsRateAndTellsWhatWasLost() {
        var heard = new ConcurrentLinkedQueue<Message>();
        int sent = 500;
        try (var queue = open(1)) {
            queue.onMessage((_, message) -> heard.add(message));
            var handle = queue.submit(Task.of((SerializableCallable<Integer>) () -> Speech.say(sent))
                    .messagesPerSecond(3));
            ended(handle);
            var received = messagesOf(handle);
            assertThat(received.getFirst().text()).isEqualTo("message 0");
            assertThat(lostIn(received)).isPositive();
            assertThat(account(received)).isEqualTo(sent);
            Await.until("all is told or lost", () -> account(heard) == sent);
        }
    }

    /// Those that were heard, and those that were told to be lost.
    private static long account(Iterable<Message> messages) {
        long sum = 0;
        for (var message : messages) {
            sum += message.kind() == Message.Kind.LOST ? message.lost() : 1;
        }
        return sum;
    }

    @Test
    @Guarantee("5.14.6")
    default void tellsAListenerTheMessagesOfAllTasksOneAtATime() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        var busy = new AtomicInteger();
        try (var queue = open(2)) {
            queue.onMessage((task, message) -> {
                assertThat(busy.incrementAndGet()).isOne();
                heard.add(task.name() + ": " + message.text());
                busy.decrementAndGet();
            });
            var handles = new ArrayList<TaskHandle<Integer>>();
            for (int i = 0; i < 20; i++) {
                handles.add(queue.submit(Task.of((SerializableCallable<Integer>) () -> Speech.say(10))
                        .named("task-" + i)));
            }
            handles.forEach(Contract::ended);
            Await.until("all messages", () -> heard.size() == 200);
        }
        for (int i = 0; i < 20; i++) {
            String name = "task-" + i + ": ";
            assertThat(heard)
                    .filteredOn(line -> line.startsWith(name))
                    .containsExactlyElementsOf(IntStream.range(0, 10)
                            .mapToObj(number -> name + "message " + number)
                            .toList());
        }
    }

    @Test
    @Guarantee("5.14.6")
    default void waitsForNoListenerAndNoSubscriber() {
        var go = new CountDownLatch(1);
        var told = new AtomicLong();
        int flood = 25_000;
        try (var queue = open(1)) {
            queue.onMessage((_, message) -> {
                Contract.await(go);
                told.addAndGet(message.kind() == Message.Kind.LOST ? message.lost() : 1);
                throw new IllegalStateException("a listener's fault");
            });
            var handle = queue.submit(() -> Speech.say(flood));
            handle.messages().subscribe(new Collector<>());
            assertThat(ended(handle)).isInstanceOf(Outcome.Succeeded.class);
            go.countDown();
            Await.until("all messages", () -> told.get() == flood);
        }
    }

    @Test
    @Guarantee("5.14.7")
    default void tellsTheLatestProgress() {
        try (var queue = open(1)) {
            var handle = queue.submit(() -> Speech.progress(100_000));
            ended(handle);
            assertThat(handle.progress()).contains(new Progress(100_000, 100_000, "step 100000"));
            assertThat(queue.submit(() -> "silent").progress()).isEmpty();
        }
    }

    @Test
    @Guarantee("5.14.7")
    default void tellsTheProgressOfATaskThatRuns(@TempDir Path folder) {
        var go = Contract.file(folder, "go");
        try (var queue = open(1)) {
            var handle = queue.submit(() -> Speech.progressAndWait(go));
            var latest = new Progress(2, 7, "on the way");
            Await.until("the second of two reports", () -> handle.progress().equals(Optional.of(latest)));
            Bodies.mark(go);
            ended(handle);
            assertThat(handle.progress()).contains(latest);
        }
    }

    @Test
    @Guarantee("5.14.7")
    default void refusesNegativeProgress() {
        try (var queue = open(1)) {
            assertThat(ended(queue.submit(() -> Speech.refused(1, -1))))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .hasMessage(
                                            "done and total must be at least 0 (a total of 0 is not known), were 1 and -1"));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Progress(-1, 0, ""));
    }

    @Test
    @Guarantee("5.14.8")
    default void readsProgressFromWhatATaskSays() {
        try (var queue = open(1)) {
            var handle = queue.submit(Task.of(Speech::sayWithRules).progress(ProgressRules.conventional()));
            ended(handle);
            assertThat(handle.progress()).contains(new Progress(2, 5, "Ada"));
            assertThat(messagesOf(handle)).hasSize(5);
        }
    }

    @Test
    @Guarantee("5.14.7")
    default void countsWhatATaskSaysAsASignOfLife() {
        try (var queue = open(1)) {
            for (boolean withMessages : new boolean[] {true, false}) {
                var time = Duration.ofMillis(1500);
                var handle =
                        queue.submit(Task.of((SerializableCallable<String>) () -> Speech.speakFor(time, withMessages))
                                .noProgress(Duration.ofSeconds(1)));
                assertThat(ended(handle)).isEqualTo(new Outcome.Succeeded<>("lived"));
            }
        }
    }

    @Test
    @Guarantee("5.14.9")
    default void knowsHowLongItMayTake() {
        var hour = Duration.ofHours(1);
        var two = Duration.ofHours(2);
        SerializableCallable<Duration> left =
                () -> TaskContext.current().deadline().orElse(Duration.ofDays(-1));
        try (var queue = open(1)) {
            assertThat(queue.submit(left).join()).isEqualTo(Duration.ofDays(-1));
            for (var task : List.of(
                    Task.of(left).timeout(hour),
                    Task.of(left).deadline(hour),
                    Task.of(left).timeout(two).deadline(hour),
                    Task.of(left).timeout(hour).deadline(two))) {
                assertThat(queue.submit(task).join()).isBetween(hour.minusMinutes(5), hour);
            }
        }
    }
}
