package io.millhand.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Opens the file of `--output`.
final class OutputFile {

    /// What happens to a file that is there already.
    enum Existing {
        REFUSE,
        APPEND,
        OVERWRITE
    }

    private OutputFile() {}

    /// Opens it for writing. A device or a pipe is written to as it is.
    ///
    /// @throws UsageException where it is there and must be spared, or cannot be opened
    static OutputStream open(Path file, Existing existing) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return Files.newOutputStream(file, StandardOpenOption.WRITE);
            }
            return switch (existing) {
                case REFUSE -> Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                case OVERWRITE ->
                    Files.newOutputStream(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                case APPEND -> append(file);
            };
        } catch (FileAlreadyExistsException _) {
            throw new UsageException(
                    "output file " + file + " exists: add --append or --overwrite, or name another one");
        } catch (IOException e) {
            throw new UsageException("cannot open output file " + file + ": " + e);
        }
    }

    /// A run that was killed may have left half a line, which must not swallow the first of ours.
    private static OutputStream append(Path file) throws IOException {
        boolean cut = endsWithinLine(file);
        var stream = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (cut) {
            stream.write('\n');
        }
        return stream;
    }

    private static boolean endsWithinLine(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            channel.read(last, channel.size() - 1);
            return last.get(0) != '\n';
        }
    }
}
