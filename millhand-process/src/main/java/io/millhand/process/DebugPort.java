package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Where a child listens for a debugger, and whether one is there.
final class DebugPort {

    /// On a free port of the loopback interface; the child does not wait for anybody.
    static final String OPTION = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    private static final Pattern TOLD = Pattern.compile("Listening for transport dt_socket at address: (\\d+)");

    private static final String ESTABLISHED = "01";

    private DebugPort() {}

    /// Finds the port in what the JVM says when it starts, and again when a debugger has left.
    static OptionalInt in(String line) {
        var told = TOLD.matcher(line);
        return told.matches() ? OptionalInt.of(Integer.parseInt(told.group(1))) : OptionalInt.empty();
    }

    /// Whether a debugger holds a connection, as the kernel's table of connections says (Linux).
    static boolean isAttached(int port) {
        return isAttached(port, Path.of("/proc/net/tcp")) || isAttached(port, Path.of("/proc/net/tcp6"));
    }

    static boolean isAttached(int port, Path table) {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .anyMatch(
                            fields -> fields.length > 3 && fields[1].endsWith(local) && fields[3].equals(ESTABLISHED));
        } catch (IOException _) {
            return false; // not on Linux
        }
    }
}
