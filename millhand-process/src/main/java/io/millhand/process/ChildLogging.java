package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.logging.LogManager;
import java.util.stream.Collectors;

/// Configures `java.util.logging` in child JVMs, which make it when the first one logs; of no use anywhere else.
///
/// Of a configuration (`java.util.logging.config.file`, or the JDK's own) only the levels hold. Handlers do not:
/// they would be those of the parent, and many children would write to the same file. What is logged goes to the
/// parent.
public record ChildLogging() {

    /// The option that has a child's JVM use this.
    static final String OPTION = "-Djava.util.logging.config.class=io.millhand.process.ChildLogging";

    /// Called by the log manager, when it is not ready for more than this.
    public ChildLogging {
        try {
            LogManager.getLogManager().readConfiguration(configuration());
        } catch (IOException e) {
            throw new UncheckedIOException("the log manager cannot be configured", e);
        }
    }

    private static InputStream configuration() throws IOException {
        var kept = new Properties();
        kept.setProperty(".level", "INFO");
        levels().forEach(kept::setProperty);
        kept.setProperty("handlers", LogForwarder.class.getName());
        var bytes = new ByteArrayOutputStream();
        kept.store(bytes, null);
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /// What the parent's own configuration would be here, but for its handlers; nothing where it cannot be read.
    private static Map<String, String> levels() {
        String file = System.getProperty("java.util.logging.config.file");
        var path =
                file == null ? Path.of(System.getProperty("java.home"), "conf", "logging.properties") : Path.of(file);
        var found = new Properties();
        try (var in = Files.newInputStream(path)) {
            found.load(in);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("levels of loggers cannot be read from " + path + ": " + e);
        }
        return found.stringPropertyNames().stream()
                .filter(name -> name.endsWith(".level"))
                .collect(Collectors.toMap(name -> name, found::getProperty));
    }
}
