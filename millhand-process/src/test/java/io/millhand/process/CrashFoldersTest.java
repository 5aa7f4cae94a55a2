package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.CrashReport;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.Backend;
import io.millhand.testkit.Guarantee;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashFoldersTest {

    private static final long HEAP = 64 << 20;

    @TempDir
    Path root;

    private final HeldBackend backend = new HeldBackend();
    private final List<AttemptEnding> told = new ArrayList<>();

    @Test
    @Guarantee("6.8.9")
    void keepsAllThatIsKnown() throws IOException {
        var folder = kept(root);

        assertThat(folder.getFileName().toString()).matches("\\d{8}T\\d{6}\\.\\d{3}Z-a_b#1-task12-attempt2");
        assertThat(folder.resolve("task.bin")).hasBinaryContent(LostTask.CALL);
        assertThat(folder.resolve("stderr.txt")).hasContent("last words");
        assertThat(folder.resolve("report.txt"))
                .content()
                .contains("a/b#1 (pid 4711) exited with code 3")
                .contains("attempt 2 of task 12")
                .contains("-XX:+UseParallelGC")
                .contains(folder.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void readsWhatItHasWritten() throws IOException {
        var recording = Recording.readFrom(kept(root));

        assertThat(recording.taskName()).isEqualTo(new LostTask().taskName());
        assertThat(recording.headers()).isEqualTo(new LostTask().headers());
        assertThat(recording.encoded().task()).isEqualTo(LostTask.CALL);
        assertThat(recording.encoded().setup()).isNull();
        assertThat(recording.code()).isEqualTo(Recording.Code.own());
        assertThat(recording.jvm()).isEqualTo(config(root).jvm().heap(HEAP));
    }

    @Test
    void takesTheReportOfTheJvmIn() throws IOException {
        Files.writeString(root.resolve("hs_err_pid4711.log"), "whole");

        var folder = kept(root);

        assertThat(folder.resolve("hs_err.log")).hasContent("whole");
        assertThat(root.resolve("hs_err_pid4711.log")).doesNotExist();
    }

    /// Where process ids are small, as in a container, they come again soon.
    @Test
    void leavesTheReportOfAnEarlierJvmWithTheSameId() throws IOException {
        var earlier = Files.writeString(root.resolve("hs_err_pid4711.log"), "of yesterday");
        Files.setLastModifiedTime(earlier, FileTime.from(Instant.now().minus(Duration.ofDays(1))));

        assertThat(kept(root).resolve("hs_err.log")).doesNotExist();
    }

    @Test
    @Guarantee("6.8.10")
    void keepsTheClassPathThatTheChildHad() throws IOException {
        var jvm = ChildJvm.defaults().classPath(ClassPath.of(root.resolve("a.jar"), root.resolve("b")));
        keep(new CrashFolders(config(root).jvm(jvm), HEAP, backend));
        backend.runAll();

        var recording = Recording.readFrom(report().folder().orElseThrow());
        assertThat(recording.code().classPath())
                .isEqualTo(root.resolve("a.jar") + File.pathSeparator + root.resolve("b"));
        assertThat(recording.code().modulePath()).isEmpty();
    }

    @Test
    @Guarantee("6.8.10")
    void keepsTheSystemPropertiesThatTheChildHad() throws IOException {
        System.setProperty("millhand.test.kept", "a value");
        try {
            var jvm = config(root).jvm().properties("millhand.test.kept", "millhand.test.unset");
            keep(new CrashFolders(config(root).jvm(jvm), HEAP, backend));
            backend.runAll();
        } finally {
            System.clearProperty("millhand.test.kept");
        }

        var recording = Recording.readFrom(report().folder().orElseThrow());
        assertThat(recording.jvm().options()).containsExactly("-Dmillhand.test.kept=a value", "-XX:+UseParallelGC");
    }

    @Test
    @Guarantee("6.8.9")
    void keepsTwoCrashesOfOneNameApart() throws IOException {
        var first = CrashFolders.claim(root, "name");
        var second = CrashFolders.claim(root, "name");
        CrashFolders.fill(first, folder -> Files.writeString(folder.resolve("which"), "first"));
        CrashFolders.fill(second, folder -> Files.writeString(folder.resolve("which"), "second"));
        var third = CrashFolders.claim(root, "name");
        CrashFolders.fill(third, folder -> Files.writeString(folder.resolve("which"), "third"));

        assertThat(root.resolve("name/which")).hasContent("first");
        assertThat(root.resolve("name-2/which")).hasContent("second");
        assertThat(root.resolve("name-3/which")).hasContent("third");
    }

    @Test
    @Guarantee("6.8.9")
    void leavesNothingOfAFolderThatCannotBeFinished() throws IOException {
        var claimed = CrashFolders.claim(root, "name");

        assertThatThrownBy(() -> CrashFolders.fill(claimed, folder -> {
                    Files.writeString(folder.resolve("task.bin"), "half");
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void letsTheJvmWriteItsReportThere() {
        var percent = root.resolve("50 % off");

        assertThat(folders(percent).jvm().options())
                .contains("-XX:+UseParallelGC", "-XX:ErrorFile=" + root + "/50 %% off/hs_err_pid%p.log");
    }

    @Test
    @Guarantee("6.8.9")
    void keepsTheNewest() throws IOException {
        var first = kept(root);
        for (int i = 0; i < CrashFolders.KEPT; i++) {
            kept(root);
        }

        assertThat(first).doesNotExist();
        try (var entries = Files.list(root)) {
            assertThat(entries).hasSize(CrashFolders.KEPT);
        }
    }

    @Test
    void leavesWhatIsNotItsOwn() throws IOException {
        Files.writeString(root.resolve("mine.txt"), "mine");
        for (int i = 0; i <= CrashFolders.KEPT; i++) {
            kept(root);
        }

        assertThat(root.resolve("mine.txt")).hasContent("mine");
    }

    @Test
    @Guarantee("6.8.9")
    void tellsTheCrashWhereNoFolderCanBeWritten() throws IOException {
        var file = Files.writeString(root.resolve("file"), "");

        keep(folders(file));
        backend.runAll();

        assertThat(report().folder()).isEmpty();
        assertThat(report().folderProblem()).contains("FileAlreadyExistsException");
        assertThat(folders(file).jvm()).isEqualTo(config(file).jvm());
    }

    @Test
    @Guarantee("6.8.9")
    void doesNotWaitForASlowDisk() {
        keep(folders(root));
        assertThat(told).isEmpty();
        backend.scheduled.forEach(Runnable::run);

        assertThat(report().folderProblem()).isEqualTo("writing takes more than 2 s");
        backend.runAll();
        assertThat(told).as("the folder that comes late is told by nobody").hasSize(1);
    }

    @Test
    void tellsTheCrashWhereNoThreadCanBeStarted() {
        backend.exhausted = true;
        keep(folders(root));

        assertThat(report().folderProblem())
                .startsWith("writing cannot begin: ")
                .contains("no more threads");
    }

    @Test
    @Guarantee("6.8.9")
    void tellsTheCrashWhereTheClassPathCannotBeRead() {
        var classPath = System.setProperty("java.class.path", "a\0b");
        try {
            keep(folders(root));
        } finally {
            System.setProperty("java.class.path", classPath);
        }

        assertThat(report().folderProblem())
                .startsWith("writing cannot begin: ")
                .contains("InvalidPathException");
        assertThat(backend.scheduled).isEmpty();
    }

    @Test
    void tellsOtherEndingsAtOnce() {
        var ending = new AttemptEnding.Killed("", false);

        folders(root).keep(new LostTask(), ending, told::add);

        assertThat(told).containsExactly(ending);
        assertThat(backend.started).isEmpty();
    }

    @Test
    void refusesADamagedFolder() throws IOException {
        var folder = kept(root);
        assertThatThrownBy(() -> Replay.of(root.resolve("nowhere"))).hasMessageContaining("this is no folder");
        assertThatThrownBy(() -> Replay.of(root))
                .hasMessageContaining("holds no crash")
                .hasMessageContaining("replay");

        var properties = folder.resolve("replay.properties");
        String text = Files.readString(properties);
        for (var damage : Map.of(
                        "heapBytes=67108864", "heapBytes=many",
                        "option.0=", "option.0=-Xmx1m",
                        "classPath=", "lassPath=",
                        "task=", "task=\\u00zz")
                .entrySet()) {
            assertThat(text).contains(damage.getKey());
            Files.writeString(properties, text.replace(damage.getKey(), damage.getValue()));
            assertThatThrownBy(() -> Replay.of(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
        }

        Files.writeString(properties, text);
        Files.write(folder.resolve("task.bin"), new byte[] {1, 2});
        assertThatThrownBy(() -> Replay.of(folder)).hasMessageContaining("task.bin is damaged");
        Files.delete(folder.resolve("task.bin"));
        assertThatThrownBy(() -> Replay.of(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("task.bin");
    }

    @Test
    void refusesAFolderOfAnotherBuild() throws IOException {
        var folder = kept(root);
        var properties = folder.resolve("replay.properties");
        String text = Files.readString(properties);

        Files.writeString(properties, text.replaceAll("(?m)^jdk=.*$", "jdk=17.0.2+8"));
        assertThatThrownBy(() -> Replay.of(folder))
                .hasMessage("the crash was recorded by JDK 17.0.2+8, and this is JDK " + ChildRunner.javaVersion()
                        + ": replay it with the same one");
        Files.writeString(properties, text.replaceAll("(?m)^millhand=.*$", "millhand=0.0.1"));
        assertThatThrownBy(() -> Replay.of(folder)).hasMessageContaining("recorded by Millhand 0.0.1, and");
    }

    private Path kept(Path root) {
        told.clear();
        keep(folders(root));
        backend.runAll();
        assertThat(report().folderProblem()).isEmpty();
        return report().folder().orElseThrow();
    }

    private void keep(CrashFolders folders) {
        var remains = new Autopsy.Remains("a/b#1", 4711, 3, false, false, "", "last words", "", Duration.ofSeconds(1));
        var autopsy = new Autopsy(new OomKills(root), List.of("-Xmx64m", "-XX:+UseParallelGC"));
        var ending = new AttemptEnding.Crashed(autopsy.report(remains, 12, 2));
        folders.keep(new LostTask(), ending, told::add);
    }

    private CrashReport report() {
        assertThat(told).hasSize(1);
        return ((AttemptEnding.Crashed) told.getFirst()).report();
    }

    private CrashFolders folders(Path folder) {
        return new CrashFolders(config(folder), HEAP, backend);
    }

    private static ProcessWorkers config(Path folder) {
        var jvm = ChildJvm.defaults()
                .options(List.of("-XX:+UseParallelGC"))
                .launcher(List.of("nice"))
                .environment(Map.of("A", "b=c"));
        return ProcessWorkers.of(1).jvm(jvm).diagnosis(ChildDiagnosis.defaults().crashFolder(folder));
    }

    /// Runs what it is given when it is told to.
    private static final class HeldBackend implements Backend {

        private final List<Runnable> started = new ArrayList<>();
        private final List<Runnable> scheduled = new ArrayList<>();
        private boolean exhausted;

        void runAll() {
            var bodies = List.copyOf(started);
            started.clear();
            bodies.forEach(Runnable::run);
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable action) {
            scheduled.add(action);
            return () -> scheduled.remove(action);
        }

        @Override
        public void start(String name, Runnable body) {
            if (exhausted) {
                throw new OutOfMemoryError("no more threads");
            }
            started.add(body);
        }

        @Override
        public long random(long bound) {
            return 0;
        }
    }
}
