package io.millhand.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of one start: what the two sides need until they are connected. Both remove it then, whichever lives.
///
/// @param path of the folder; only its user can enter it
record PrivateFolder(Path path) {

    /// The kernel takes paths of sockets up to here, macOS a little less than Linux.
    private static final int SOCKET_PATH_BYTES = 100;

    static final String OWN_CODE = "millhand.jar";

    /// Makes one, named after the process whose it is, for whoever finds it.
    static PrivateFolder make() throws IOException {
        return new PrivateFolder(Files.createTempDirectory(
                shortTemporaryFolder(), "millhand-" + ProcessHandle.current().pid() + "-"));
    }

    private static Path shortTemporaryFolder() {
        var usual = Path.of(System.getProperty("java.io.tmpdir"));
        boolean fits = usual.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8).length
                < SOCKET_PATH_BYTES - "/millhand-1234567-1234567890123456789/s".length();
        return fits ? usual : Path.of("/tmp");
    }

    Path socket() {
        return path.resolve("s");
    }

    /// See [Journal].
    Path journal() {
        return path.resolve("journal");
    }

    /// Long arguments.
    Path arguments() {
        return path.resolve("arguments");
    }

    /// Millhand's own classes, where the child would not find them otherwise. The child has it open when it connects.
    Path ownCode() {
        return path.resolve(OWN_CODE);
    }

    void delete() {
        delete(socket());
        delete(journal());
        delete(arguments());
        delete(ownCode());
        delete(path);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // in a temporary folder; the other side tries, too, and the next best time is when the system clears it
        }
    }
}
