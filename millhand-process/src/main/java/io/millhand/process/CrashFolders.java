package io.millhand.process;

import io.millhand.CrashReport;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps each crash of one pool in a folder of its own, for [Replay] and for people.
final class CrashFolders {

    /*
     *   <root>/
     *     20261121T052820.123Z-scores#1-task7-attempt1/
     *       replay.properties   how the child was started, see Recording
     *       task.bin            the encoded task
     *       setup.bin           the encoded initializer, where there is one
     *       shared-3.bin        the encoded shared values that they refer to
     *       report.txt          the crash report
     *       stderr.txt          the last lines
     *       hs_err.log          the JVM's own report, whole, where it wrote one
     *     .20261121...          one that is being written
     *     hs_err_pid4711.log    of a child that died without a task
     *
     * A folder is written under a name with a dot and then renamed: it is there as a whole or not at all. It is written
     * on a thread of its own while the outcome waits; a disk that does not get it done in time, or at all, costs the
     * folder and not the outcome. Whoever comes first tells the outcome.
     */

    /// So many are kept; the oldest go first.
    static final int KEPT = 20;

    /// Between the clock of this machine and that of the disk; the age of a child is not taken at its first
    /// moment.
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(10);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ERROR_FILE = "hs_err_pid";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Optional<Path> root;
    private final ChildJvm jvm;
    private final long heapBytes;
    private final @Nullable EncodedCall setup;
    private final Backend backend;

    /// @param heapBytes of each child
    CrashFolders(ProcessWorkers config, long heapBytes, Backend backend) {
        this.root = config.diagnosis().crashFolder().map(Path::toAbsolutePath);
        this.jvm = config.jvm();
        this.heapBytes = heapBytes;
        this.backend = backend;
        var unbounded = new ProcessCarrier(Integer.MAX_VALUE, TransferLimits.defaults());
        this.setup = root.isEmpty()
                ? null
                : config.setup()
                        .map(set -> Preparation.of(set, unbounded).call())
                        .orElse(null);
    }

    /// How children are started: where folders are kept, the JVM's own report goes there as a file.
    ChildJvm jvm() {
        if (root.isEmpty() || !prepared(root.get())) {
            return jvm;
        }
        var options = new ArrayList<>(jvm.options());
        options.add("-XX:-ErrorFileToStderr");
        String escaped = root.get().toString().replace("%", "%%");
        options.add("-XX:ErrorFile=" + escaped + "/" + ERROR_FILE + "%p.log");
        return jvm.options(options);
    }

    /// The JVM would write somewhere else if it could not write there.
    private static boolean prepared(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.isWritable(folder);
        } catch (IOException _) {
            return false; // said when a crash cannot be kept
        }
    }

    /// Tells an ending; one by a crash after its folder is written, where folders are asked for.
    ///
    /// @param tell called once
    void keep(Assignment lost, AttemptEnding ending, Consumer<AttemptEnding> tell) {
        if (root.isEmpty()
                || !(ending instanceof AttemptEnding.Crashed(var report))
                || !(lost.payload().orElse(null) instanceof EncodedCall call)) {
            tell.accept(ending);
            return;
        }
        var told = new AtomicBoolean();
        Consumer<CrashReport> tellOnce = found -> {
            if (told.compareAndSet(false, true)) {
                tell.accept(new AttemptEnding.Crashed(found));
            }
        };
        var tooLate = report.notKept("writing takes more than " + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS) + " s");
        var limit = backend.schedule(LIMIT_NANOS, () -> tellOnce.accept(tooLate));
        try {
            var code = Recording.Code.of(jvm.classPath());
            var started = recordedJvm();
            // Put together where it is written: for that, large arrays are copied.
            Supplier<Recording> recording = () ->
                    new Recording(lost.taskName(), lost.headers(), Recording.Encoded.of(call, setup), code, started);
            backend.start("millhand-" + report.worker() + "-crash", () -> {
                var found = write(root.get(), recording, report);
                limit.cancel();
                tellOnce.accept(found);
            });
        } catch (RuntimeException | Error e) { // no thread can be had, or no memory
            limit.cancel();
            tellOnce.accept(report.notKept("writing cannot begin: " + Codec.describe(e)));
        }
    }

    /// With the system properties that the child got from this JVM, which may have others when the task is
    /// replayed.
    private ChildJvm recordedJvm() {
        var options = InheritedOptions.listed(jvm.properties());
        options.addAll(jvm.options());
        return jvm.heap(heapBytes).options(options);
    }

    private static CrashReport write(Path root, Supplier<Recording> recording, CrashReport report) {
        try {
            return writeOrFail(root, recording.get(), report);
        } catch (IOException | RuntimeException | Error e) {
            return report.notKept(Codec.describe(e));
        }
    }

    private static CrashReport writeOrFail(Path root, Recording recording, CrashReport report) throws IOException {
        Files.createDirectories(root);
        var worker = report.worker().replaceAll("[^A-Za-z0-9._#-]", "_");
        var claim = claim(
                root,
                TIME.format(Instant.now()) + "-" + worker + "-task" + report.task() + "-attempt" + report.attempt());
        var kept = report.keptIn(claim.folder());
        fill(claim, unfinished -> {
            recording.writeTo(unfinished);
            String options = String.join(" ", kept.jvmOptions());
            writeText(unfinished.resolve("report.txt"), kept + "\noptions of its JVM: " + options + "\n");
            writeText(unfinished.resolve("stderr.txt"), kept.stderrTail());
            takeErrorFile(root.resolve(ERROR_FILE + report.pid() + ".log"), unfinished, report.age());
        });
        prune(root);
        return kept;
    }

    /// Whatever it is: half a letter is written as a question mark rather than refused.
    private static void writeText(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// The name of a folder, and the one that is written meanwhile and has been made.
    record Claim(Path folder, Path unfinished) {}

    /// Two queues of one name may crash in the same millisecond, and write at the same time.
    static Claim claim(Path root, String name) throws IOException {
        for (int i = 1; i <= KEPT; i++) {
            var folder = root.resolve(i == 1 ? name : name + "-" + i);
            var unfinished = root.resolve("." + folder.getFileName());
            try {
                Files.createDirectory(unfinished, OWNER_ONLY);
            } catch (FileAlreadyExistsException _) {
                continue; // somebody writes it
            }
            if (Files.notExists(folder)) { // and now nobody else makes it
                return new Claim(folder, unfinished);
            }
            Files.delete(unfinished);
        }
        throw new FileAlreadyExistsException(root.resolve(name).toString());
    }

    interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /// A disk that is full must not be filled by halves that nobody reads.
    static void fill(Claim claim, Content content) throws IOException {
        try {
            content.writeTo(claim.unfinished());
            Files.move(claim.unfinished(), claim.folder(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            remove(claim.unfinished());
            throw e;
        }
    }

    /// Moves it into the folder, unless it is of an earlier process that had the same id.
    private static void takeErrorFile(Path errorFile, Path folder, Duration age) throws IOException {
        try {
            var born = Instant.now().minus(age).minus(CLOCKS_DIFFER);
            if (Files.getLastModifiedTime(errorFile).toInstant().isAfter(born)) {
                Files.move(errorFile, folder.resolve("hs_err.log"));
            }
        } catch (NoSuchFileException _) {
            // there is none, or it went with another attempt of the same child
        }
    }

    /// What cannot be removed is left: others may prune the same folder at the same time.
    private static void prune(Path root) {
        try {
            removeOldest(root, "[0-9]*T[0-9]*Z-*-task*-attempt*");
            removeOldest(root, ".[0-9]*T[0-9]*Z-*-task*-attempt*");
            removeOldest(root, ERROR_FILE + "*.log");
        } catch (IOException | DirectoryIteratorException _) {
            // the crash is kept, and the next one tries again
        }
    }

    private static void removeOldest(Path root, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(root, pattern)) {
            entries.forEach(found::add);
        }
        found.sort(Comparator.comparing(CrashFolders::modified).thenComparing(Comparator.naturalOrder()));
        found.subList(0, Math.max(0, found.size() - KEPT)).forEach(CrashFolders::remove);
    }

    private static Instant modified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException _) {
            return Instant.EPOCH; // gone meanwhile
        }
    }

    private static void remove(Path path) {
        try (var content = Files.walk(path)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(entry -> entry.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // the next crash tries again
        }
    }
}
