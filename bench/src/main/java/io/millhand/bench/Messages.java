package io.millhand.bench;

import io.millhand.Message;
import io.millhand.QueueConfig;
import io.millhand.SerializableCallable;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;

/// Measures how many messages a second a task in a child JVM sends to a subscriber in this one: printed lines,
/// texts of [TaskContext#message], log records.
///
/// ```
/// java ... io.millhand.bench.Messages [messages] [rounds]
/// ```
public final class Messages {

    private Messages() {}

    /// Runs the rounds and prints a line for each.
    ///
    /// @param args how many messages, how many rounds
    public static void main(String[] args) throws InterruptedException {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var config = QueueConfig.defaults().logsMessages(false);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1), config)) {
            for (int round = 0; round < rounds; round++) {
                measure(queue, "printed lines", count, () -> print(count));
                measure(queue, "texts", count, () -> say(count));
                measure(queue, "log records", count, () -> log(count));
            }
        }
    }

    private static void measure(TaskQueue queue, String what, int count, SerializableCallable<Integer> body)
            throws InterruptedException {
        var counter = new Counter();
        long start = System.nanoTime();
        var handle = queue.submit(body);
        handle.messages().subscribe(counter);
        handle.join();
        counter.completed.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-14s %,9.0f/s, of %,d received %,d, told to be lost %,d%n",
                what,
                count / seconds,
                count,
                counter.received.get(),
                counter.lost.get());
    }

    private static int print(int count) {
        for (int i = 0; i < count; i++) {
            System.out.println("this is line number " + i + " of a task that prints a lot");
        }
        return count;
    }

    private static int say(int count) {
        var context = TaskContext.current();
        for (int i = 0; i < count; i++) {
            context.message("this is text number " + i + " of a task that says a lot");
        }
        return count;
    }

    private static int log(int count) {
        var logger = Logger.getLogger("io.millhand.bench");
        for (int i = 0; i < count; i++) {
            logger.info("this is record number " + i + " of a task that logs a lot");
        }
        return count;
    }

    private static final class Counter implements Flow.Subscriber<Message> {
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final CountDownLatch completed = new CountDownLatch(1);

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Message message) {
            if (message.kind() == Message.Kind.LOST) {
                lost.addAndGet(message.lost());
            } else {
                received.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable cause) {
            throw new AssertionError("no error was expected", cause);
        }

        @Override
        public void onComplete() {
            completed.countDown();
        }
    }
}
