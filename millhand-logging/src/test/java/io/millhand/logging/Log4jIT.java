package io.millhand.logging;

import static io.millhand.logging.Children.CEILING;
import static io.millhand.logging.Children.messagesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millhand.Message;
import io.millhand.Outcome;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import io.millhand.SerializableRunnable;
import io.millhand.Task;
import io.millhand.TaskContext;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.StringMapMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class Log4jIT {

    @Test
    @Guarantee("6.14.7")
    void sendsAllThatAnEventHas() {
        var begin = Instant.now();
        try (var queue = TaskQueue.on(Children.withLog4j())) {
            var handle = queue.submit(() -> {
                ThreadContext.put("user", "eve");
                LogManager.getLogger("com.acme.Job")
                        .atWarn()
                        .withMarker(MarkerManager.getMarker("AUDIT"))
                        .withThrowable(new IllegalStateException("as asked"))
                        .log("missing {} of {}", 1, "two");
                LogManager.getLogger("com.acme.Job")
                        .info(new StringMapMessage().with("page", 7).with("user", "of the call"));
                ThreadContext.clearAll();
                return Thread.currentThread().getName();
            });
            String thread = handle.join();
            var messages = messagesOf(handle);
            assertThat(messages).hasSize(2).first().satisfies(message -> {
                assertThat(message.kind()).isEqualTo(Message.Kind.LOG);
                assertThat(message.task()).isEqualTo(handle.id());
                assertThat(message.attempt()).isEqualTo(1);
                assertThat(message.worker()).endsWith("#1");
                assertThat(message.level()).isEqualTo(System.Logger.Level.WARNING);
                assertThat(message.logger()).isEqualTo("com.acme.Job");
                assertThat(message.thread()).isEqualTo(thread);
                assertThat(message.time())
                        .isBetween(
                                begin.minus(Duration.ofMinutes(1)),
                                Instant.now().plus(Duration.ofMinutes(1)));
                assertThat(message.text()).isEqualTo("missing 1 of two");
                assertThat(message.context()).isEqualTo(Map.of("user", "eve", "markers", "AUDIT"));
                assertThat(message.throwable())
                        .startsWith("java.lang.IllegalStateException: as asked")
                        .contains("Log4jIT");
            });
            assertThat(messages.getLast().context()).isEqualTo(Map.of("user", "of the call", "page", "7"));
        }
    }

    @Test
    @Guarantee("6.14.7")
    void sendsEachLevel() {
        try (var queue = TaskQueue.on(Children.withLog4j())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                var logger = LogManager.getLogger("levels");
                logger.trace("t");
                logger.debug("d");
                logger.info("i");
                logger.log(Level.forName("NOTICE", 350), "n");
                logger.warn("w");
                logger.error("e");
                logger.fatal("f");
            });
            handle.join();
            assertThat(messagesOf(handle))
                    .extracting(Message::level, Message::text)
                    .containsExactly(
                            tuple(System.Logger.Level.TRACE, "t"),
                            tuple(System.Logger.Level.DEBUG, "d"),
                            tuple(System.Logger.Level.INFO, "i"),
                            tuple(System.Logger.Level.INFO, "n"),
                            tuple(System.Logger.Level.WARNING, "w"),
                            tuple(System.Logger.Level.ERROR, "e"),
                            tuple(System.Logger.Level.ERROR, "f"));
        }
    }

    @Test
    @Guarantee("6.14.7")
    void isInOneOrderWithAllElseAlsoBeforeACrash() {
        int count = 20;
        try (var queue = TaskQueue.on(Children.withLog4j())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                for (int i = 0; i < count; i++) {
                    System.out.println("out " + i);
                    LogManager.getLogger("log").info("log {}", i);
                    TaskContext.current().message("text " + i);
                }
                Runtime.getRuntime().halt(7);
            });
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Crashed.class);
            assertThat(messagesOf(handle))
                    .extracting(Message::text)
                    .containsExactlyElementsOf(IntStream.range(0, count)
                            .boxed()
                            .flatMap(i -> Stream.of("out " + i, "log " + i, "text " + i))
                            .toList());
        }
    }

    @Test
    @Guarantee("6.14.7")
    void tellsTheTasksOfAChildApartAndReadsTheirProgress() {
        var rules = ProgressRules.counting("^done (?<value>\\d+)");
        try (var queue = TaskQueue.on(Children.withLog4j().slots(4))) {
            // what a second thread logs while Log4j starts, it drops
            queue.submit(() -> LogManager.getLogger("first").getName()).join();
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                handles.add(queue.submit(Task.of(() -> {
                            LogManager.getLogger("a").info("done {}", number);
                            var thread =
                                    new Thread(() -> LogManager.getLogger("b").info("thread {}", number));
                            thread.start();
                            thread.join();
                            return number;
                        })
                        .progress(rules)));
            }
            for (var handle : handles) {
                int number = handle.join();
                assertThat(messagesOf(handle))
                        .extracting(Message::text)
                        .containsExactly("done " + number, "thread " + number);
                assertThat(handle.progress()).contains(new Progress(number, 0, ""));
            }
        }
    }

    @Test
    @Guarantee("6.14.8")
    void isHarmedByNothingThatATaskLogs() {
        try (var queue = TaskQueue.on(Children.withLog4j())) {
            queue.pause();
            var handle = queue.submit((SerializableRunnable) Log4jIT::logWhatItShouldNot);
            var all = Children.listen(handle); // afterwards, less is kept than this
            queue.resume();
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Succeeded.class);
            var logged = all.get().stream()
                    .filter(message -> message.kind() == Message.Kind.LOG) // Log4j complains of them on stderr
                    .toList();
            assertThat(logged.getFirst().context())
                    .containsEntry("null", "null")
                    .containsEntry("nul", "a\u0000b")
                    .containsEntry("huge", "x".repeat(4096) + "... (cut, had 1048576 characters)")
                    .hasSize(3);
            assertThat(logged.get(1).context())
                    .containsEntry("...", "(cut, had 200 entries)")
                    .hasSize(64);
            assertThat(logged)
                    .extracting(Message::text)
                    .contains("context", "told", "itself", "unspeakable", "a\u0000b");
            assertThat(logged.getLast().text()).isEqualTo("last");
            assertThat(queue.submit(() -> 42).join()).isEqualTo(42);
        }
    }

    private static void logWhatItShouldNot() {
        var logger = LogManager.getLogger("hostile");
        ThreadContext.put("nul", "a\u0000b");
        ThreadContext.put("null", null);
        ThreadContext.put("huge", "x".repeat(1 << 20));
        logger.info("context");
        ThreadContext.clearAll();
        for (int i = 0; i < 200; i++) {
            ThreadContext.put("key" + i, "value");
        }
        logger.info("many");
        ThreadContext.clearAll();
        logger.info("{}", new Hostile.Logging(logger::info));
        logger.info("{}", new Hostile.Throwing());
        logger.info("{}", new Hostile.Cyclic());
        logger.info("itself", new Hostile.LoggingItself(thrown -> logger.info("again", thrown)));
        logger.info("unspeakable", new Hostile.Unspeakable());
        logger.info((String) null);
        logger.info("a\u0000b");
        logger.info("last");
    }

    @Test
    @Guarantee("6.14.8")
    void isSilentOnceTheLoggingLibraryIsShutDown() {
        try (var queue = TaskQueue.on(Children.withLog4j())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                var logger = LogManager.getLogger("log");
                logger.info("before");
                LogManager.shutdown();
                logger.info("after");
                System.out.println("printed");
            });
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Succeeded.class);
            assertThat(messagesOf(handle)).extracting(Message::text).containsExactly("before", "printed");
        }
    }
}
