package io.millhand.bench.peers;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What a task tells although its process dies: the time, and which process it is, in a file that is mapped, so that
/// it costs the dying one next to nothing.
///
/// The time is `System.nanoTime()`, which on Linux is CLOCK_MONOTONIC and the same in all processes of a machine.
///
/// @param file its name, which a child is told
record Mark(String file) implements Serializable {

    private static final int BYTES = 2 * Long.BYTES;

    static Mark make() throws IOException {
        var file = Files.createTempFile("mark", "");
        Files.write(file, new byte[BYTES]);
        return new Mark(file.toString());
    }

    ByteBuffer map() throws IOException {
        try (var channel = FileChannel.open(Path.of(file), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        }
    }

    /// In the child: here and now.
    void leave() throws IOException {
        long pid = ProcessHandle.current().pid();
        var buffer = map();
        buffer.putLong(0, System.nanoTime()).putLong(Long.BYTES, pid);
    }

    void clear() throws IOException {
        map().putLong(0, 0).putLong(Long.BYTES, 0);
    }

    long nanoTime() throws IOException {
        return map().getLong(0);
    }

    /// Waits until some process has left its number.
    long awaitPid() throws IOException {
        long pid = map().getLong(Long.BYTES);
        while (pid == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            pid = map().getLong(Long.BYTES);
        }
        return pid;
    }

    void remove() throws IOException {
        Files.delete(Path.of(file));
    }
}
