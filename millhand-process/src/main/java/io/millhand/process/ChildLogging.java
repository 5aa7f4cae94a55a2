package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Properties;
import java.util.logging.LogManager;

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
        var kept = new StringBuilder(".level=INFO\nhandlers=").append(LogForwarder.class.getName());
        var found = configured();
        for (String name : found.stringPropertyNames()) {
            if (name.endsWith(".level")) {
                append(kept, name, found.getProperty(name)); // a level for all, too, and the last one holds
            }
        }
        return new ByteArrayInputStream(kept.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /// By hand, since [Properties#store] writes the time, too, and a child would need 30 ms to name its zone.
    private static void append(StringBuilder to, String name, String value) {
        to.append('\n').append(escaped(name)).append('=').append(escaped(value));
    }

    private static CharSequence escaped(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean plain = each == '.' || (each < 0x7f && Character.isLetterOrDigit(each));
            escaped.append(plain ? each : "\\u" + HexFormat.of().toHexDigits(each));
        }
        return escaped;
    }

    /// What the parent's own configuration would be here; nothing where it cannot be read.
    private static Properties configured() {
        String file = System.getProperty("java.util.logging.config.file");
        var path =
                file == null ? Path.of(System.getProperty("java.home"), "conf", "logging.properties") : Path.of(file);
        var found = new Properties();
        try (var in = Files.newInputStream(path)) {
            found.load(in);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("levels of loggers cannot be read from " + path + ": " + e);
        }
        return found;
    }
}
