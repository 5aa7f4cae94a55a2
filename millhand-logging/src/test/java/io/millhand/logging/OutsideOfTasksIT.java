package io.millhand.logging;

import static io.millhand.logging.Children.messagesOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableRunnable;
import io.millhand.TaskQueue;
import io.millhand.process.ChildSetup;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(LeakCheck.class)
class OutsideOfTasksIT {

    private static final Logger OUTPUT = Logger.getLogger("io.millhand.output");

    @Test
    @Guarantee("6.14.7")
    void whatAnInitializerLogsIsLoggedUnderTheNameOfTheWorker() {
        var recorder = new Recorder();
        OUTPUT.setUseParentHandlers(false);
        OUTPUT.addHandler(recorder);
        try (var queue = TaskQueue.on(Children.withLogback().setup(ChildSetup.of(() -> {
            LoggerFactory.getLogger("setup").info("ready");
            return "state";
        })))) {
            var handle = queue.submit((SerializableRunnable) () -> {});
            handle.join();
            assertThat(messagesOf(handle)).isEmpty();
            Awaitility.await().atMost(Children.CEILING).until(() -> !recorder.lines.isEmpty());
        } finally {
            OUTPUT.removeHandler(recorder);
            OUTPUT.setUseParentHandlers(true);
        }
        assertThat(recorder.lines).containsExactly("queue#1: setup: ready");
    }

    private static final class Recorder extends Handler {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord record) {
            lines.add(new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
