package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Children that cannot be started. Each is known long before the start limit, which is half a minute.
@ExtendWith(LeakCheck.class)
class StartFailureIT {

    private static final Duration CEILING = Duration.ofSeconds(25);

    @Test
    @Guarantee("6.13.1")
    void refusesAnInitializerThatCannotTravelAndOpensNothing() {
        var stuck = new Object();
        var workers = ProcessWorkers.of(1).setup(ChildSetup.of(() -> "never " + stuck));
        assertThatThrownBy(() -> TaskQueue.on(workers))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    @Guarantee({"5.5.5", "6.8.6"})
    void tellsAnOptionThatTheJvmDoesNotKnow() {
        assertThat(failureOf(ProcessWorkers.of(1).jvmOptions(List.of("-XX:NoSuchOption"))))
                .hasMessageStartingWith("3 starts of workers failed in a row, the last one so: worker queue#1")
                .hasMessageContaining("Unrecognized VM option 'NoSuchOption'");
    }

    @Test
    @Guarantee("6.8.6")
    void tellsAHeapThatTheOptionsDoNotAllow() {
        assertThat(failureOf(ProcessWorkers.of(1).heap(64 << 20).jvmOptions(List.of("-Xms128m"))))
                .hasMessageContaining("Initial heap size set to a larger value than the maximum heap size");
    }

    @Test
    @Guarantee("6.8.6")
    void tellsACommandThatIsMissing(@TempDir Path folder) {
        var workers = ProcessWorkers.of(1).jvm(ChildJvm.defaults().launcher(List.of(folder + "/no-such-launcher")));

        assertThat(failureOf(workers)).hasMessageContaining("no-such-launcher");
    }

    @Test
    @Guarantee("6.8.6")
    void tellsALauncherThatEndsWithoutAWord() {
        var workers = ProcessWorkers.of(1).jvm(ChildJvm.defaults().launcher(List.of("false")));

        assertThat(failureOf(workers)).hasMessageContaining("exited with code 1 and said nothing");
    }

    @Test
    @Guarantee("6.8.6")
    void tellsAMainClassThatIsNotOnTheClassPath() {
        String before = System.getProperty("java.class.path");
        System.setProperty("java.class.path", "/nonexistent");
        try {
            assertThat(failureOf(ProcessWorkers.of(1)))
                    .hasMessageContaining("Could not find or load main class io.millhand.process.ChildMain");
        } finally {
            System.setProperty("java.class.path", before);
        }
    }

    @Test
    @Guarantee("6.8.6")
    void tellsAnOlderJdk() throws IOException {
        var older = olderJdk();
        assumeThat(older).as("an older JDK").isPresent();

        assertThat(failureOf(ProcessWorkers.of(1).jvm(ChildJvm.defaults().javaHome(older.orElseThrow()))))
                .hasMessageContaining("exited with code 1")
                .hasMessageContaining("class file version");
    }

    /// All attempts that wait for one start fail with it; it is one all the same.
    @Test
    @Guarantee("6.8.6")
    void countsAStartThatSeveralAttemptsWaitForOnce(@TempDir Path folder) throws IOException {
        var launcher = folder.resolve("launcher");
        Files.writeString(launcher, "#!/bin/sh\necho x >> '" + folder + "/starts'\nexit 1\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        var workers = ProcessWorkers.of(1).slots(3).jvm(ChildJvm.defaults().launcher(List.of(launcher.toString())));
        try (var queue = TaskQueue.on(workers)) {
            var handles = Stream.generate(() -> queue.submit(() -> 1)).limit(3).toList();

            assertThat(handles)
                    .allSatisfy(
                            handle -> assertThat(handle.outcome(CEILING)).get().isInstanceOf(Outcome.Failed.class));
        }
        assertThat(Files.readAllLines(folder.resolve("starts"))).hasSizeGreaterThanOrEqualTo(3);
    }

    /// A start that works after two that did not is as good as any.
    @Test
    @Guarantee("5.5.6")
    void getsOverAStartThatFailsTwice(@TempDir Path folder) {
        String script =
                "echo >> " + folder + "/starts; [ $(wc -l < " + folder + "/starts) -gt 2 ] || exit 7;" + " exec \"$@\"";
        var workers = ProcessWorkers.of(1).jvm(ChildJvm.defaults().launcher(List.of("/bin/sh", "-c", script, "sh")));
        try (var queue = TaskQueue.on(workers)) {
            var handle = queue.submit(() -> "started");

            assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>("started"));
            assertThat(handle.attempts()).hasSize(1);
            assertThat(folder.resolve("starts")).content().hasLineCount(3);
        }
    }

    private static Throwable failureOf(ProcessWorkers workers) {
        try (var queue = TaskQueue.on(workers)) {
            var outcome = queue.submit(() -> 1).outcome(CEILING).orElseThrow();
            assertThat(outcome).isInstanceOf(Outcome.Failed.class);
            var cause = ((Outcome.Failed<?>) outcome).cause();
            assertThat(cause).isInstanceOf(WorkerStartException.class);
            return cause;
        }
    }

    private static Optional<Path> olderJdk() throws IOException {
        var homes = Path.of("/usr/lib/jvm");
        if (Files.notExists(homes)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(homes)) {
            return found.filter(home -> home.toString().matches(".*[^0-9](11|17|21)([^0-9].*)?"))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .findFirst();
        }
    }
}
