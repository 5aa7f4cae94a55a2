package io.millhand.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.millhand.spi.LogSink;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Sends what Logback logs in a child JVM to the submitter of the task whose thread logs it: as messages of kind `LOG`,
/// with the MDC, the key-values and the markers in their context. In any other JVM it does nothing.
///
/// ```xml
/// <appender name="MILLHAND" class="io.millhand.logging.LogbackAppender"/>
/// ```
///
/// It needs neither an encoder nor a layout; filters hold. Behind an `AsyncAppender` it is the thread of that one that
/// logs: it works for no task, and may come after the end of the one that is meant.
public final class LogbackAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /// Called by Logback.
    public LogbackAppender() {}

    /// Logback keeps what is logged meanwhile from coming back here: nothing that an event has can recur.
    @Override
    protected void append(ILoggingEvent event) {
        if (!LogSink.isOpen()) {
            return;
        }
        LogSink.log(new LogSink.Entry(
                level(event.getLevel()),
                String.valueOf(event.getLoggerName()),
                String.valueOf(event.getThreadName()),
                time(event),
                String.valueOf(event.getFormattedMessage()),
                context(event).entries(),
                throwable(event.getThrowableProxy())));
    }

    private static System.Logger.Level level(Level level) {
        int value = level.toInt();
        if (value >= Level.ERROR_INT) {
            return System.Logger.Level.ERROR;
        }
        if (value >= Level.WARN_INT) {
            return System.Logger.Level.WARNING;
        }
        if (value >= Level.INFO_INT) {
            return System.Logger.Level.INFO;
        }
        return value >= Level.DEBUG_INT ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    /// Events of other makers may have milliseconds only.
    private static Instant time(ILoggingEvent event) {
        Instant exact = event.getInstant();
        return exact == null ? Instant.ofEpochMilli(event.getTimeStamp()) : exact;
    }

    private static Context context(ILoggingEvent event) {
        var context = new Context();
        if (event.getMDCPropertyMap() != null) {
            event.getMDCPropertyMap().forEach(context::put);
        }
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> context.put(pair.key, pair.value));
        }
        if (event.getMarkerList() != null && !event.getMarkerList().isEmpty()) {
            var markers = event.getMarkerList();
            context.markers(markers.size() == 1 ? markers.getFirst() : markers);
        }
        return context;
    }

    /// Of an event that has come from elsewhere only the text is left.
    private static String throwable(@Nullable IThrowableProxy proxy) {
        return switch (proxy) {
            case null -> "";
            case ThrowableProxy here -> LogSink.stackOf(here.getThrowable());
            default -> ThrowableProxyUtil.asString(proxy);
        };
    }
}
