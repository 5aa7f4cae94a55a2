package io.millhand.process;

import static io.millhand.process.Processes.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The guard itself may be harmed; `OrphansIT` shows what it is there for.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardIT {

    private static final Duration CEILING = Duration.ofSeconds(30);

    @Test
    @Guarantee("6.9.2")
    void isReplacedWhenSomebodyKillsIt() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            long child = queue.submit(() -> ProcessHandle.current().pid()).join();
            var first = onlyGuard();
            first.destroyForcibly();
            awaiting().until(() -> guards().stream().anyMatch(guard -> !guard.equals(first)));

            assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(child);
        }
        assertThat(guards()).isEmpty();
    }

    @Test
    @Guarantee("6.9.2")
    void killsTheGroupsThatItWatchesAndNoOther() throws Exception {
        var watched = leader();
        long member = memberOf(watched);
        var ended = leader();
        long left = memberOf(ended);
        var other = leader();
        var script = new ProcessBuilder("/bin/sh", "-c", Guard.SCRIPT).start();
        try (var ids = script.outputWriter()) {
            ids.write(watched.pid() + "\n" + ended.pid() + "\n");
            ids.flush();
            ended.destroyForcibly().waitFor();
            ids.write(script.pid() + "\n");
        }
        assertThat(script.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(watched.waitFor(CEILING.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Orphans.awaitGone(List.of(member, left), CEILING)).isTrue();
        assertThat(other.isAlive()).isTrue();

        ProcessHandle.of(memberOf(other)).ifPresent(ProcessHandle::destroyForcibly);
        other.destroyForcibly().waitFor();
    }

    /// A process with a group of its own, which gets one member more.
    private static Process leader() throws Exception {
        return new ProcessBuilder("/usr/bin/setsid", "/bin/sh", "-c", "sleep 600 & echo $!; wait").start();
    }

    /// Once the leader has its group.
    private static long memberOf(Process leader) throws Exception {
        return Long.parseLong(leader.inputReader().readLine());
    }

    private static ProcessHandle onlyGuard() {
        awaiting().until(() -> guards().size() == 1);
        return guards().getFirst();
    }

    private static List<ProcessHandle> guards() {
        return ProcessHandle.current().children().filter(Processes::isGuard).toList();
    }
}
