package io.millhand.process;

import io.millhand.CrashReport;
import io.millhand.spi.Assignment;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.jspecify.annotations.Nullable;

/// Keeps each crash of one pool in a folder of its own, for [Replay] and for people.
final class CrashFolders {

    /*
     *   <root>/
     *     20261121T052820.123Z-scores#1-task7-attempt1/
     *       replay.properties   how the child was started, see Recording
     *       task.bin            the encoded task
     *       setup.bin           the encoded initializer, where there is one
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

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ERROR_FILE = "hs_err_pid";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Optional<Path> root;
    private final ChildJvm jvm;
    private final ChildJvm recordedJvm;
    private final byte @Nullable [] setup;
    private final Backend backend;

    /// @param heapBytes of each child
    CrashFolders(ProcessWorkers config, long heapBytes, Backend backend) {
        this.root = config.diagnosis().crashFolder().map(Path::toAbsolutePath);
        this.jvm = config.jvm();
        this.recordedJvm = jvm.heap(heapBytes);
        this.backend = backend;
        var unbounded = new ProcessCarrier(Integer.MAX_VALUE, TransferLimits.defaults());
        this.setup = root.isEmpty()
                ? null
                : config.setup()
                        .map(set -> Preparation.of(set, unbounded).call().call())
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
        var recording = new Recording(
                lost.taskName(),
                lost.headers(),
                new Recording.Encoded(call.call(), setup),
                Recording.Code.own(),
                recordedJvm);
        Runnable writing = () -> {
            var found = write(root.get(), recording, report);
            limit.cancel();
            tellOnce.accept(found);
        };
        try {
            backend.start("millhand-" + report.worker() + "-crash", writing);
        } catch (RuntimeException | Error e) {
            limit.cancel();
            tellOnce.accept(report.notKept("no thread can be started: " + Codec.describe(e)));
        }
    }

    private static CrashReport write(Path root, Recording recording, CrashReport report) {
        try {
            return writeOrFail(root, recording, report);
        } catch (IOException | RuntimeException | Error e) {
            return report.notKept(Codec.describe(e));
        }
    }

    private static CrashReport writeOrFail(Path root, Recording recording, CrashReport report) throws IOException {
        Files.createDirectories(root);
        var worker = report.worker().replaceAll("[^A-Za-z0-9._#-]", "_");
        var folder = free(
                root,
                TIME.format(Instant.now()) + "-" + worker + "-task" + report.task() + "-attempt" + report.attempt());
        var unfinished = Files.createDirectory(root.resolve("." + folder.getFileName()), OWNER_ONLY);
        var kept = report.keptIn(folder);
        recording.writeTo(unfinished);
        String options = String.join(" ", kept.jvmOptions());
        Files.writeString(unfinished.resolve("report.txt"), kept + "\noptions of its JVM: " + options + "\n");
        Files.writeString(unfinished.resolve("stderr.txt"), kept.stderrTail());
        var errorFile = root.resolve(ERROR_FILE + report.pid() + ".log");
        try {
            Files.move(errorFile, unfinished.resolve("hs_err.log"));
        } catch (NoSuchFileException _) {
            // there is none, or it went with another attempt of the same child
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        prune(root);
        return kept;
    }

    /// Two queues of one name may crash in the same millisecond.
    private static Path free(Path root, String name) throws IOException {
        for (int i = 1; i <= KEPT; i++) {
            var folder = root.resolve(i == 1 ? name : name + "-" + i);
            if (Files.notExists(folder)) {
                return folder;
            }
        }
        throw new FileAlreadyExistsException(root.resolve(name).toString());
    }

    /// What cannot be removed is left: others may prune the same folder at the same time.
    private static void prune(Path root) throws IOException {
        removeOldest(root, "[0-9]*T[0-9]*Z-*-task*-attempt*");
        removeOldest(root, ".[0-9]*T[0-9]*Z-*-task*-attempt*");
        removeOldest(root, ERROR_FILE + "*.log");
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
