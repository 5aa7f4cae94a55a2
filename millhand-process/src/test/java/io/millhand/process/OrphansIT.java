package io.millhand.process;

import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Nobody outlives a parent. The numbers of torture cases are those of `docs/torture.md`.
@ExtendWith(LeakCheck.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrphansIT {

    /// The issue asks for one second; a busy machine gets more before the build is called broken.
    private static final Duration CEILING = Duration.ofSeconds(20);

    /// Processor time of a child that is well beyond its start, and so in the midst of its task.
    private static final Duration BUSY = Duration.ofMillis(1500);

    @ParameterizedTest
    @EnumSource(OrphanSituation.class)
    @DisplayName("118, 119: the parent is killed, whatever its children do")
    @Guarantee({"6.9.1", "6.9.2"})
    void dieWithTheirParent(OrphanSituation situation, @TempDir File folder) throws Exception {
        run(folder, "mkfifo", "fifo");
        var parent = parent(folder, OrphansParent.class, situation.name());
        var family = new ArrayList<Long>();
        try {
            awaiting().until(() -> names(folder).size() == situation.tasks());
            var announced = announced(folder);
            if (situation.busy()) {
                awaiting().until(() -> announced.jvms().stream().allMatch(OrphansIT::hasWorked));
            }
            awaiting().until(() -> descendants(parent).size() == situation.processes() && connected(folder));
            family.addAll(descendants(parent));
            assertThat(family).containsAll(announced.all());

            long killed = System.nanoTime();
            parent.destroyForcibly();
            boolean gone = Orphans.awaitGone(family, CEILING);

            System.out.println(situation + ": all gone after " + (System.nanoTime() - killed) / 1_000_000 + " ms");
            assertThat(gone).as("processes %s are gone", family).isTrue();
        } finally {
            end(parent, family);
        }
    }

    @ParameterizedTest
    @CsvSource({"HALT, EXIT", "HALT, KILL", "EXIT, EXIT", "EXIT, KILL", "INTERRUPT, EXIT", "INTERRUPT, KILL"})
    @DisplayName("117: parent and children end in every way at the same time")
    @Guarantee("6.9.1")
    void leaveNothingWhenAllEndAtOnce(String parentEnds, String childEnds, @TempDir File folder) throws Exception {
        var parent = parent(folder, EndingTogether.class, parentEnds, childEnds);
        var family = new ArrayList<Long>();
        try {
            awaiting().until(() -> names(folder).size() == EndingTogether.CHILDREN && connected(folder));
            names(folder).forEach(name -> family.add(Long.valueOf(name)));
            assertThat(family).allMatch(pid -> ProcessHandle.of(pid).isPresent());
            assertThat(new File(folder, "go").createNewFile()).isTrue();

            assertThat(parent.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS))
                    .as("the parent ends")
                    .isTrue();
            assertThat(Orphans.awaitGone(family, CEILING))
                    .as("processes %s are gone", family)
                    .isTrue();
            assertThat(new File(folder, "tmp").list()).isEmpty();
            assertThat(folder.list()).containsExactlyInAnyOrder("tmp", "begun", "go");
        } finally {
            end(parent, family);
        }
    }

    /// What the tasks have told of themselves.
    private record Announced(List<Long> jvms, List<Long> all) {}

    private static Announced announced(File folder) {
        var jvms = new HashSet<Long>();
        var all = new HashSet<Long>();
        for (var name : names(folder)) {
            var pids = List.of(name.split("-", -1));
            jvms.add(Long.valueOf(pids.getFirst()));
            pids.forEach(pid -> all.add(Long.valueOf(pid)));
        }
        return new Announced(List.copyOf(jvms), List.copyOf(all));
    }

    private static boolean hasWorked(long pid) {
        var process =
                ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("child " + pid + " is gone too early"));
        return process.info().totalCpuDuration().orElseThrow().compareTo(BUSY) > 0;
    }

    private static List<Long> descendants(Process parent) {
        return parent.descendants().map(ProcessHandle::pid).toList();
    }

    /// Each start has a folder until its child is connected.
    private static boolean connected(File folder) {
        return Objects.requireNonNull(new File(folder, "tmp").list()).length == 0;
    }

    private static List<String> names(File folder) {
        return List.of(Objects.requireNonNull(new File(folder, "begun").list()));
    }

    /// A parent that finds everything it uses in the folder.
    private static Process parent(File folder, Class<?> program, String... arguments) throws IOException {
        Files.createDirectory(folder.toPath().resolve("begun"));
        Files.createDirectory(folder.toPath().resolve("tmp"));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-Djava.io.tmpdir=" + new File(folder, "tmp")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName(), folder.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void run(File folder, String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).directory(folder).start().waitFor())
                .isZero();
    }

    private static void end(Process parent, List<Long> family) throws InterruptedException {
        parent.descendants().forEach(ProcessHandle::destroyForcibly);
        parent.destroyForcibly().waitFor();
        family.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
}
