package io.millhand.logging;

import io.millhand.spi.LogSink;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginElement;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.message.MapMessage;
import org.jspecify.annotations.Nullable;

/// Sends what Log4j 2 logs in a child JVM to the submitter of the task whose thread logs it: as messages of kind `LOG`,
/// with the thread context, the entries of a `MapMessage` and the marker in their context. In any other JVM it does
/// nothing.
///
/// ```xml
/// <Appenders><Millhand name="MILLHAND"/></Appenders>
/// ```
///
/// It needs no layout; filters hold. Behind an `Async` appender or with asynchronous loggers it is another thread that
/// logs: it works for no task, and may come after the end of the one that is meant.
@Plugin(name = "Millhand", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE, printObject = true)
public final class Log4jAppender extends AbstractAppender {

    private Log4jAppender(String name, @Nullable Filter filter) {
        super(name, filter, null, true, Property.EMPTY_ARRAY);
    }

    /// Called by Log4j.
    ///
    /// @param name by which loggers refer to it
    /// @param filter which events it takes; null for all
    /// @return the appender
    @PluginFactory
    public static Log4jAppender create(
            @PluginAttribute(value = "name", defaultString = "Millhand") String name,
            @PluginElement("Filter") @Nullable Filter filter) {
        return new Log4jAppender(name, filter);
    }

    /// Log4j keeps what is logged meanwhile from coming back here: nothing that an event has can recur.
    @Override
    public void append(LogEvent event) {
        if (!LogSink.isOpen()) {
            return;
        }
        LogSink.log(new LogSink.Entry(
                level(event.getLevel()),
                String.valueOf(event.getLoggerName()),
                String.valueOf(event.getThreadName()),
                time(event),
                String.valueOf(event.getMessage().getFormattedMessage()),
                context(event).entries(),
                event.getThrown() == null ? "" : LogSink.stackOf(event.getThrown())));
    }

    /// Levels of the user's own count as the next one below them.
    private static System.Logger.Level level(Level level) {
        if (level.isMoreSpecificThan(Level.ERROR)) {
            return System.Logger.Level.ERROR;
        }
        if (level.isMoreSpecificThan(Level.WARN)) {
            return System.Logger.Level.WARNING;
        }
        if (level.isMoreSpecificThan(Level.INFO)) {
            return System.Logger.Level.INFO;
        }
        return level.isMoreSpecificThan(Level.DEBUG) ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    private static Instant time(LogEvent event) {
        var time = event.getInstant();
        return Instant.ofEpochSecond(time.getEpochSecond(), time.getNanoOfSecond());
    }

    private static Context context(LogEvent event) {
        var context = new Context();
        event.getContextData().forEach(context::put);
        if (event.getMessage() instanceof MapMessage<?, ?> entries) {
            entries.forEach(context::put);
        }
        context.markers(event.getMarker());
        return context;
    }
}
