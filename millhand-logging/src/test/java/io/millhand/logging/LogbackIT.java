package io.millhand.logging;

import static io.millhand.logging.Children.CEILING;
import static io.millhand.logging.Children.messagesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.LoggerContext;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;

@ExtendWith(LeakCheck.class)
class LogbackIT {

    @Test
    @Guarantee("6.14.7")
    void sendsAllThatAnEventHas() {
        var begin = Instant.now();
        try (var queue = TaskQueue.on(Children.withLogback())) {
            var handle = queue.submit(() -> {
                MDC.put("user", "eve");
                MDC.put("key", "of the thread");
                LoggerFactory.getLogger("com.acme.Job")
                        .atWarn()
                        .addKeyValue("page", 7)
                        .addKeyValue("key", "of the call")
                        .addMarker(MarkerFactory.getMarker("AUDIT"))
                        .setCause(new IllegalStateException("as asked"))
                        .log("missing {} of {}", 1, "two");
                MDC.clear();
                return Thread.currentThread().getName();
            });
            String thread = handle.join();
            assertThat(messagesOf(handle)).hasSize(1).first().satisfies(message -> {
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
                assertThat(message.context())
                        .isEqualTo(Map.of("user", "eve", "page", "7", "key", "of the call", "markers", "AUDIT"));
                assertThat(message.throwable())
                        .startsWith("java.lang.IllegalStateException: as asked")
                        .contains("LogbackIT");
            });
        }
    }

    @Test
    @Guarantee("6.14.7")
    void sendsEachLevel() {
        try (var queue = TaskQueue.on(Children.withLogback())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                var logger = LoggerFactory.getLogger("levels");
                logger.trace("t");
                logger.debug("d");
                logger.info("i");
                logger.warn("w");
                logger.error("e");
            });
            handle.join();
            assertThat(messagesOf(handle))
                    .extracting(Message::level, Message::text)
                    .containsExactly(
                            tuple(System.Logger.Level.TRACE, "t"),
                            tuple(System.Logger.Level.DEBUG, "d"),
                            tuple(System.Logger.Level.INFO, "i"),
                            tuple(System.Logger.Level.WARNING, "w"),
                            tuple(System.Logger.Level.ERROR, "e"));
        }
    }

    @Test
    @Guarantee("6.14.7")
    void isInOneOrderWithAllElseAlsoBeforeACrash() {
        int count = 20;
        try (var queue = TaskQueue.on(Children.withLogback())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                for (int i = 0; i < count; i++) {
                    System.out.println("out " + i);
                    LoggerFactory.getLogger("log").info("log {}", i);
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
        try (var queue = TaskQueue.on(Children.withLogback().slots(4))) {
            // what several threads log while SLF4J starts, it hands on late and in another thread
            queue.submit(() -> LoggerFactory.getLogger("first").getName()).join();
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                handles.add(queue.submit(Task.of(() -> {
                            LoggerFactory.getLogger("a").info("done {}", number);
                            var thread = new Thread(
                                    () -> LoggerFactory.getLogger("b").info("thread {}", number));
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
        try (var queue = TaskQueue.on(Children.withLogback())) {
            queue.pause();
            var handle = queue.submit((SerializableRunnable) LogbackIT::logWhatItShouldNot);
            var all = Children.listen(handle); // afterwards, less is kept than this
            queue.resume();
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Succeeded.class);
            var messages = all.get().stream()
                    .filter(message -> message.kind() == Message.Kind.LOG) // SLF4J complains of them on stderr
                    .toList();
            assertThat(messages)
                    .extracting(Message::text)
                    .containsExactly(
                            "context",
                            "many",
                            "from inside",
                            "told",
                            "[FAILED toString()]",
                            "[FAILED toString()]",
                            "null",
                            "a\u0000b",
                            "last");
            assertThat(messages.getFirst().context())
                    .containsEntry("null", "null")
                    .containsEntry("nul", "a\u0000b")
                    .containsEntry("throwing", "(cannot be told: java.lang.IllegalStateException)")
                    .containsEntry("cyclic", "(cannot be told: java.lang.StackOverflowError)")
                    .containsEntry("huge", "x".repeat(4096) + "... (cut, had 1048576 characters)")
                    .hasSize(5);
            assertThat(messages.get(1).context())
                    .containsEntry("...", "(cut, had 200 entries)")
                    .hasSize(64);
            assertThat(queue.submit(() -> 42).join()).isEqualTo(42);
        }
    }

    private static void logWhatItShouldNot() {
        var logger = LoggerFactory.getLogger("hostile");
        MDC.put("nul", "a\u0000b");
        MDC.put("null", null);
        MDC.put("huge", "x".repeat(1 << 20));
        logger.atInfo()
                .addKeyValue("throwing", new Hostile.Throwing())
                .addKeyValue("cyclic", new Hostile.Cyclic())
                .log("context");
        MDC.clear();
        var event = logger.atInfo();
        for (int i = 0; i < 200; i++) {
            event = event.addKeyValue("key" + i, i);
        }
        event.log("many");
        logger.info("{}", new Hostile.Logging(logger::info));
        logger.info("{}", new Hostile.Throwing());
        logger.info("{}", new Hostile.Cyclic());
        logger.info(null);
        logger.info("a\u0000b");
        logger.info("last");
    }

    @Test
    @Guarantee("6.14.8")
    void isSilentOnceTheLoggingLibraryIsShutDown() {
        try (var queue = TaskQueue.on(Children.withLogback())) {
            var handle = queue.submit((SerializableRunnable) () -> {
                var logger = LoggerFactory.getLogger("log");
                logger.info("before");
                ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
                logger.info("after");
                System.out.println("printed");
            });
            assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Succeeded.class);
            assertThat(messagesOf(handle)).extracting(Message::text).containsExactly("before", "printed");
        }
    }
}
