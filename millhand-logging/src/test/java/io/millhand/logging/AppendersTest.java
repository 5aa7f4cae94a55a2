package io.millhand.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.LoggingEventVO;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.millhand.spi.LogSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.time.MutableInstant;
import org.apache.logging.log4j.message.ParameterizedMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;

class AppendersTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.000006007Z");

    private final List<LogSink.Entry> entries = new ArrayList<>();
    private final LoggerContext logback = new LoggerContext();

    @BeforeEach
    void open() {
        LogSink.open(entries::add);
        logback.setMDCAdapter(new LogbackMDCAdapter());
    }

    @Test
    void logbackTellsTheTimeAndTheMarkersOfAnEvent() {
        var event = logbackEvent();
        event.setInstant(TIME);
        event.addMarker(MarkerFactory.getMarker("A"));
        event.addMarker(MarkerFactory.getMarker("B"));
        append(event);

        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.time()).isEqualTo(TIME);
            assertThat(entry.context()).isEqualTo(Map.of("markers", "[A, B]"));
            assertThat(entry.throwable()).isEmpty();
        });
    }

    @Test
    void aKeyOfTheUsersOwnNamedMarkersHolds() {
        var event = logbackEvent();
        event.addMarker(MarkerFactory.getMarker("A"));
        event.addKeyValuePair(new KeyValuePair("markers", "mine"));
        append(event);
        assertThat(entries.getFirst().context()).isEqualTo(Map.of("markers", "mine"));
    }

    @Test
    void logbackTellsAnEventThatHasComeFromElsewhere() {
        var event = logbackEvent();
        event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("as asked")));
        var copy = LoggingEventVO.build(event);
        var appender = new LogbackAppender();
        appender.start();
        appender.doAppend(copy);
        assertThat(entries.getFirst().throwable()).startsWith("java.lang.IllegalStateException: as asked");
        assertThat(entries.getFirst().text()).isEqualTo("a 1");
    }

    @Test
    void anAppenderThatIsNotStartedTellsNothing() {
        new LogbackAppender().doAppend(logbackEvent());
        assertThat(entries).isEmpty();
    }

    @Test
    void log4jTellsTheTimeTheParentsOfTheMarkerAndMissingParts() {
        var time = new MutableInstant();
        time.initFromEpochSecond(TIME.getEpochSecond(), TIME.getNano());
        var marker = MarkerManager.getMarker("CHILD").addParents(MarkerManager.getMarker("PARENT"));
        Log4jAppender.create("millhand", null)
                .append(Log4jLogEvent.newBuilder()
                        .setMessage(new ParameterizedMessage("a {}", 1))
                        .setInstant(time)
                        .setMarker(marker)
                        .build());
        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.time()).isEqualTo(TIME);
            assertThat(entry.text()).isEqualTo("a 1");
            assertThat(entry.context()).isEqualTo(Map.of("markers", "CHILD[ PARENT ]"));
            assertThat(entry.throwable()).isEmpty();
        });
    }

    private LoggingEvent logbackEvent() {
        var logger = logback.getLogger("log");
        return new LoggingEvent("here", logger, ch.qos.logback.classic.Level.INFO, "a {}", null, new Object[] {1});
    }

    private static void append(LoggingEvent event) {
        var appender = new LogbackAppender();
        appender.start();
        appender.doAppend(event);
    }
}
