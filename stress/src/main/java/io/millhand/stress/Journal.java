package io.millhand.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/// What was executed, as the executions themselves have written it: a file for each child, a number for each execution.
final class Journal {

    private Journal() {}

    /// In a child: written to the kernel before it returns, so that no death of this process loses it.
    static void note(String folder, int number) throws IOException {
        var file = Path.of(folder, Long.toString(ProcessHandle.current().pid()));
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        }
    }

    /// How often each number was executed.
    static Map<Integer, Integer> read(Path folder) throws IOException {
        Map<Integer, Integer> executions = new TreeMap<>();
        try (var files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    var numbers = ByteBuffer.wrap(Files.readAllBytes(file));
                    while (numbers.hasRemaining()) {
                        executions.merge(numbers.getInt(), 1, Integer::sum);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return executions;
    }
}
