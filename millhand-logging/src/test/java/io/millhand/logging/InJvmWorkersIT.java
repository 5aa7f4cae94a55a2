package io.millhand.logging;

import static io.millhand.logging.Children.messagesOf;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millhand.Message;
import io.millhand.TaskContext;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class InJvmWorkersIT {

    /// No child has ever been this JVM, so there is nobody to send to: the application logs what its tasks log.
    @Test
    @Guarantee("6.14.9")
    void anAppenderDoesNothingOnWorkersInThisJvm() {
        var logback = new LoggerContext();
        var appender = new LogbackAppender();
        var own = new ListAppender<ILoggingEvent>();
        var logger = logback.getLogger("log");
        appender.start();
        own.start();
        logger.addAppender(appender);
        logger.addAppender(own);
        var log4j = Log4jAppender.create("millhand", null);
        log4j.start();
        try (var queue = TaskQueue.on(ThreadWorkers.of(1))) {
            var handle = queue.submit(() -> {
                logger.info("by Logback");
                log4j.append(Log4jLogEvent.newBuilder()
                        .setLevel(Level.INFO)
                        .setMessage(new SimpleMessage("by Log4j"))
                        .build());
                TaskContext.current().message("said");
            });
            handle.join();
            assertThat(messagesOf(handle)).extracting(Message::text).containsExactly("said");
        }
        assertThat(own.list).extracting(ILoggingEvent::getMessage).containsExactly("by Logback");
    }
}
