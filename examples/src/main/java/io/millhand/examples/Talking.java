package io.millhand.examples;

import io.millhand.Message;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import io.millhand.QueueConfig;
import io.millhand.SerializableRunnable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.time.Month;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.logging.Logger;

/// Tasks in a child JVM that talk while they run.
///
/// Expected: `12 of 12, DECEMBER`; a progress that is read from printed lines and log records; a log record with
/// its thread and logger; and of a flood of 200,000 lines how many were received and how many were told to be lost,
/// 200,000 together.
public final class Talking {

    private static final int FLOOD = 200_000;

    private Talking() {}

    /// Runs them all.
    ///
    /// @param args none
    public static void main(String[] args) {
        var quiet = QueueConfig.defaults().logsMessages(false); // else all of it is logged again here
        try (var queue = TaskQueue.on(ProcessWorkers.of(1), quiet)) {
            progress(queue);
            rules(queue);
            messages(queue);
            flood(queue);
        }
    }

    private static void progress(TaskQueue queue) {
        // snippet:progress
        TaskHandle<Integer> handle = queue.submit(() -> {
            int sum = 0;
            for (var month : Month.values()) {
                sum += month.length(false);
                TaskContext.current().progress(month.getValue(), 12, month.name());
            }
            return sum;
        });
        handle.join();
        Progress latest = handle.progress().orElseThrow(); // at any time; here it is the last one
        System.out.println(latest.done() + " of " + latest.total() + ", " + latest.note());
        // end:progress
    }

    private static void rules(TaskQueue queue) {
        // snippet:rules
        var rules = ProgressRules.counting("^read (.*)").total("(\\d+) files").alias("^read (.*)");
        var handle = queue.submit(Task.of((SerializableRunnable) () -> {
                    System.out.println("3 files"); // some library's own words
                    for (String file : new String[] {"a.txt", "b.txt", "c.txt"}) {
                        Logger.getLogger("reader").info("read " + file);
                    }
                })
                .progress(rules));
        handle.join();
        System.out.println(handle.progress().orElseThrow());
        // end:rules
    }

    private static void messages(TaskQueue queue) {
        // snippet:messages
        queue.onMessage((task, message) -> {
            if (message.kind() == Message.Kind.LOG) {
                System.out.println(task.name() + ": " + message.level() + " " + message.logger() + " in "
                        + message.thread() + ": " + message.text());
            }
        });
        queue.submit(Task.of((SerializableRunnable)
                                () -> Logger.getLogger("com.acme.Reader").warning("a page is missing"))
                        .named("page-7"))
                .join();
        // end:messages
    }

    private static void flood(TaskQueue queue) {
        var account = new Account();
        var handle = queue.submit(() -> {
            for (int i = 0; i < FLOOD; i++) {
                System.out.println("line " + i);
            }
        });
        handle.messages().subscribe(account);
        System.out.println(account.ended.join());
    }

    /// Counts.
    private static final class Account implements Flow.Subscriber<Message> {

        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private long received;
        private long lost;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Message message) {
            lost += message.lost();
            received += message.kind() == Message.Kind.LOST ? 0 : 1;
        }

        @Override
        public void onError(Throwable cause) {
            ended.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            ended.complete("received " + received + ", lost " + lost + ", together " + (received + lost));
        }
    }
}
