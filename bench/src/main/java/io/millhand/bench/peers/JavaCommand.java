package io.millhand.bench.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How another JVM with the code of this one is started.
final class JavaCommand {

    private JavaCommand() {}

    /// @param words options, the main class, its arguments
    static List<String> of(String... words) {
        return on(System.getProperty("java.class.path"), words);
    }

    /// The same with the code of another class path.
    static List<String> on(String classPath, String... words) {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath));
        command.addAll(List.of(words));
        return command;
    }
}
