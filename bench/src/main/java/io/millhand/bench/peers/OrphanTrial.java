package io.millhand.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What becomes of spinning children when their parent is killed.
///
/// @param left how many live after a second
/// @param goneMillis after which none was left; infinite where some were
record OrphanTrial(double left, double goneMillis) {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /// Starts the program, kills it, watches its children, and kills what is left.
    ///
    /// @return empty where the program has no such children
    static Optional<OrphanTrial> of(Subject subject) throws IOException {
        var program = subject.start(List.of(RecoveryMeasure.ORPHANS.word(), "1", "0"), ProcessBuilder.Redirect.INHERIT);
        var family = Family.of(program);
        try (var output = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            var line = Objects.requireNonNullElse(output.readLine(), "");
            if (line.equals(RecoveryMeasure.ORPHANS.word() + " " + Trials.none().words())) {
                return Optional.empty();
            }
            var children = Stream.of(line.split(" ")).skip(1).toList();
            if (children.size() != RecoveryMeasure.ORPHANS_EACH) {
                throw new IOException(subject.name() + " must name its children, said " + line);
            }
            family.look();
            long start = System.nanoTime();
            program.toHandle().destroyForcibly();
            return Optional.of(watch(children, start));
        } finally {
            family.kill();
        }
    }

    private static OrphanTrial watch(List<String> children, long start) {
        while (true) {
            int alive = (int) children.stream().filter(OrphanTrial::isAlive).count();
            long passed = System.nanoTime() - start;
            if (alive == 0) {
                return new OrphanTrial(0, passed / 1e6);
            }
            if (passed > LIMIT_NANOS) {
                return new OrphanTrial(alive, Double.POSITIVE_INFINITY);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Who has died and was not reaped is dead. The name, in brackets, may contain anything.
    private static boolean isAlive(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException _) {
            return false; // gone
        }
    }
}
