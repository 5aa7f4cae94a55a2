package io.millhand.logging;

import static io.millhand.logging.Children.messagesOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Message;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// SLF4J without an appender of ours: a record of `java.util.logging` has no room for a diagnostic context.
@ExtendWith(LeakCheck.class)
class Slf4jOnJulIT {

    @Test
    @Guarantee("6.14.7")
    void sendsAllButTheDiagnosticContext() {
        try (var queue = TaskQueue.on(Children.withSlf4jOnJul())) {
            var handle = queue.submit(() -> {
                MDC.put("user", "eve");
                LoggerFactory.getLogger("com.acme.Job").debug("not wanted by default");
                LoggerFactory.getLogger("com.acme.Job")
                        .atWarn()
                        .addKeyValue("page", 7)
                        .setCause(new IllegalStateException("as asked"))
                        .log("missing {} of {}", 1, "two");
                return MDC.get("user");
            });
            assertThat(handle.join()).isEqualTo("eve");
            assertThat(messagesOf(handle)).hasSize(1).first().satisfies(message -> {
                assertThat(message.kind()).isEqualTo(Message.Kind.LOG);
                assertThat(message.level()).isEqualTo(System.Logger.Level.WARNING);
                assertThat(message.logger()).isEqualTo("com.acme.Job");
                assertThat(message.text()).isEqualTo("page=7 missing 1 of two");
                assertThat(message.context()).isEmpty();
                assertThat(message.throwable()).startsWith("java.lang.IllegalStateException: as asked");
            });
        }
    }
}
