package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.Broadcast;
import io.millhand.Input;
import io.millhand.Message;
import io.millhand.Outcome;
import io.millhand.Progress;
import io.millhand.RetryPolicy;
import io.millhand.Shared;
import io.millhand.Source;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a queue is given while faults happen. Each attempt that runs leaves a file.
enum StepScenario {
    SMALL {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                probes.add(submit(
                        queue, i, Outcome.Succeeded.class, Task.of(() -> mark(marks, Integer.toString(number)))));
            }
            return probes;
        }
    },
    /// Some wait in the child behind one that holds them up; one of them is stopped.
    AHEAD {
        // What comes before it has no other steps than those of SMALL.
        @Override
        int firstStep() {
            return 2 * UNTIL_SENT_AHEAD;
        }

        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            for (int i = 0; i < UNTIL_SENT_AHEAD; i++) {
                var _ = queue.submit(() -> 0).outcome(CEILING);
            }
            var probes = new ArrayList<Probe>();
            probes.add(submit(queue, 0, Outcome.Succeeded.class, Task.of(() -> markAndPause(marks))));
            for (int i = 1; i < 5; i++) {
                var name = Integer.toString(i);
                probes.add(submit(queue, i, Outcome.Succeeded.class, Task.of(() -> mark(marks, name))));
            }
            var stopped = queue.submit(() -> mark(marks, "6"));
            boolean waited = stopped.cancel(true);
            probes.add(new Probe(stopped, "6-", waited ? Outcome.Cancelled.class : Outcome.Succeeded.class, false));
            return probes;
        }
    },
    LARGE {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 2; i++) {
                int number = i;
                var argument = new byte[THREE_PARTS];
                probes.add(
                        submit(queue, i, Outcome.Succeeded.class, Task.of(() -> markAndCopy(marks, number, argument))));
            }
            return probes;
        }
    },
    THROWING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                probes.add(submit(queue, 2 * i, Outcome.Failed.class, Task.of(() -> markAndThrow(marks, number))));
            }
            return probes;
        }
    },
    STOPPED {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 3; i++) {
                int number = 2 * i;
                boolean force = i == 2;
                var probe = submit(
                        queue, number, Outcome.Cancelled.class, Task.of(() -> markAndWait(marks, number, force)));
                awaitMark(probe, marks);
                probe.handle().cancel(force);
                probes.add(probe);
            }
            probes.add(submit(
                    queue,
                    100,
                    Outcome.TimedOut.class,
                    Task.of(() -> markAndWait(marks, 100, true)).timeout(Duration.ofMillis(50))));
            return probes;
        }
    },
    /// A task that runs in a child without the last broadcast fails.
    BROADCASTING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                var broadcast =
                        queue.broadcast(Broadcast.of(() -> broadcasts = number).key("number"));
                probes.add(submit(queue, i, Outcome.Succeeded.class, Task.of(() -> markIfAt(marks, number))));
                awaitEnd(broadcast);
                var _ = probes.getLast().handle().outcome(CEILING);
            }
            return probes;
        }
    },
    /// One is read to its end, another one is closed early. What comes is in order and without a gap.
    STREAMING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            try (var items = queue.items(() -> markAndCount(marks, 0))) {
                probes.add(new Probe(items.handle(), "0-", Outcome.Succeeded.class, false));
                int read = read(items.iterator(), Integer.MAX_VALUE);
                boolean all = items.handle().outcome(CEILING).orElseThrow() instanceof Outcome.Succeeded;
                assertThat(read).isBetween(all ? ITEMS : 0, ITEMS);
            }
            var closed = queue.items(() -> markAndCount(marks, 4));
            int read = read(closed.iterator(), 100);
            closed.close();
            assertThat(closed.handle().outcome(CEILING)).isPresent();
            assertThat(read).isLessThanOrEqualTo(100);
            return probes;
        }
    },
    /// What each task reads is in order and without a gap; the source of the second one fails.
    CONSUMING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var whole =
                    queue.consume(Source.of(IntStream.range(0, ITEMS).boxed()), input -> markAndRead(marks, 0, input));
            var broken = queue.consume(
                    Source.of(IntStream.range(0, ITEMS).boxed().map(StepScenario::failAtTheEnd)),
                    input -> markAndRead(marks, 2, input));
            return List.of(
                    new Probe(whole, "0-", Outcome.Succeeded.class, false),
                    new Probe(broken, "2-", Outcome.Failed.class, false));
        }

        @Override
        void check(Probe probe) {
            if (probe.handle().outcome() instanceof Outcome.Succeeded<?>(var read)) {
                assertThat(read).isEqualTo(ITEMS);
            }
        }
    },
    /// Each pair of tasks needs a value that is forgotten before the next one.
    SHARING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 4; i += 2) {
                try (var shared = queue.share(new byte[THREE_PARTS])) {
                    var pair = List.of(needing(queue, i, shared, marks), needing(queue, i + 1, shared, marks));
                    pair.forEach(each -> each.handle().outcome(CEILING));
                    probes.addAll(pair);
                }
            }
            return probes;
        }
    },
    /// Each attempt says all that it can, in every way.
    TALKING {
        @Override
        List<Probe> play(TaskQueue queue, String marks) {
            var probes = new ArrayList<Probe>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                probes.add(submit(queue, i, Outcome.Succeeded.class, Task.of(() -> markAndTalk(marks, number))));
            }
            return probes;
        }

        @Override
        void check(Probe probe) {
            var handle = probe.handle();
            var said = Receiver.messagesOf(handle);
            var attempts = handle.attempts();
            for (var attempt : attempts) {
                var texts = said.stream()
                        .filter(message -> message.attempt() == attempt.number())
                        .map(Message::text)
                        .toList();
                assertThat(texts).isEqualTo(SAID.subList(0, texts.size()));
                if (attempt.ending() == Attempt.Ending.SUCCEEDED) {
                    assertThat(texts).hasSameSizeAs(SAID);
                    assertThat(handle.progress()).contains(new Progress(7, 7, "all"));
                }
            }
        }
    };

    private static final List<String> SAID = List.of("printed", "logged", "said", "\u2603".repeat(20_000), "no end");

    private static final Duration CEILING = Duration.ofSeconds(60);

    /// In a child: the number of the last broadcast that it has run.
    private static volatile int broadcasts = -1;

    private static final int THREE_PARTS = 600_000;

    /// So many quick answers, and something is sent ahead.
    private static final int UNTIL_SENT_AHEAD = 16;

    /// More than the window.
    private static final int ITEMS = 1_500;

    /// One fault is one crash at most.
    private static final RetryPolicy RETRY = RetryPolicy.exponential(2).withDelays(Duration.ZERO, Duration.ZERO);

    /// A task that was submitted.
    ///
    /// @param mark how the names of its files begin
    /// @param expected how it ends without a fault
    /// @param retried whether a crash may not be the end of it
    record Probe(TaskHandle<?> handle, String mark, Class<?> expected, boolean retried) {}

    /// Where faults begin.
    int firstStep() {
        return 1;
    }

    /// Submits the tasks, and does to them what is to be done.
    abstract List<Probe> play(TaskQueue queue, String marks);

    /// Looks at a task that has ended, whatever fault there was.
    void check(Probe probe) {}

    /// Those with an odd number are tried again after a crash.
    static <T> Probe submit(TaskQueue queue, int number, Class<?> expected, Task<T> task) {
        boolean retried = number % 2 == 1;
        return new Probe(queue.submit(retried ? task.retry(RETRY) : task), number + "-", expected, retried);
    }

    static String mark(String marks, String name) throws IOException {
        Files.createTempFile(Path.of(marks), name + "-", "");
        return name;
    }

    private static String markAndPause(String marks) throws IOException {
        LockSupport.parkNanos(5_000_000);
        return mark(marks, "0");
    }

    private static byte[] markAndCopy(String marks, int number, byte[] argument) throws IOException {
        mark(marks, Integer.toString(number));
        return argument.clone();
    }

    private static Probe needing(TaskQueue queue, int number, Shared<byte[]> shared, String marks) {
        return submit(
                queue, number, Outcome.Succeeded.class, Task.of(() -> markAndCopy(marks, number, shared.value())));
    }

    private static Stream<Integer> markAndCount(String marks, int number) throws IOException {
        mark(marks, Integer.toString(number));
        return IntStream.range(0, ITEMS).boxed();
    }

    private static int failAtTheEnd(int number) {
        if (number == ITEMS - 1) {
            throw new IllegalArgumentException("no more");
        }
        return number;
    }

    private static int markAndRead(String marks, int number, Input<Integer> input) throws IOException {
        mark(marks, Integer.toString(number));
        int read = 0;
        for (int item : input) {
            if (item != read++) {
                throw new IllegalStateException("item " + (read - 1) + " was " + item);
            }
        }
        return read;
    }

    /// Answers how many there were until the end, a failure, or as many as wanted.
    private static int read(Iterator<Integer> items, int wanted) {
        int read = 0;
        try {
            while (read < wanted && items.hasNext()) {
                assertThat(items.next()).isEqualTo(read++);
            }
        } catch (CompletionException _) {
            // the fault, which the outcome tells
        }
        return read;
    }

    private static int markAndTalk(String marks, int number) throws IOException {
        mark(marks, Integer.toString(number));
        var context = TaskContext.current();
        System.out.println(SAID.get(0));
        Logger.getLogger("talker").warning(SAID.get(1));
        for (int i = 1; i <= 7; i++) {
            context.progress(i, 7, "all");
        }
        context.message(SAID.get(2));
        context.message(SAID.get(3));
        System.err.print(SAID.get(4));
        return number;
    }

    private static int markAndThrow(String marks, int number) throws IOException {
        mark(marks, Integer.toString(2 * number));
        throw new IllegalArgumentException("on purpose");
    }

    private static int markAndWait(String marks, int number, boolean stubborn)
            throws IOException, InterruptedException {
        mark(marks, Integer.toString(number));
        if (stubborn) {
            new CountDownLatch(1).await();
        }
        while (!TaskContext.current().cancelled()) {
            LockSupport.parkNanos(1_000_000);
        }
        return number;
    }

    private static String markIfAt(String marks, int number) throws IOException {
        if (broadcasts != number) {
            throw new IllegalStateException("task " + number + " runs after broadcast " + broadcasts);
        }
        return mark(marks, Integer.toString(number));
    }

    /// One child lives, at most one other is about to be dead, and each of them has one outcome.
    private static void awaitEnd(CompletableFuture<? extends List<? extends Outcome<?>>> broadcast) {
        try {
            assertThat(broadcast.get(CEILING.toSeconds(), TimeUnit.SECONDS))
                    .hasSizeLessThan(3)
                    .allMatch(outcome -> outcome instanceof Outcome.Succeeded || outcome instanceof Outcome.Crashed);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("a broadcast has not ended", e);
        }
    }

    private static void awaitMark(Probe probe, String marks) {
        while (!probe.handle().isDone() && countMarks(Path.of(marks), probe.mark()) == 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    static long countMarks(Path marks, String mark) {
        try (var files = Files.list(marks)) {
            return files.filter(file -> file.getFileName().toString().startsWith(mark))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
