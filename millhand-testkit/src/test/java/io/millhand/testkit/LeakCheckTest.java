package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LeakCheckTest {

    private static final long AT_ONCE = 0;

    @Test
    void findsNothingWhereNothingIsLeft() {
        var baseline = LeakCheck.Baseline.now();
        baseline.requireNoLeaks("nothing", TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void findsAThread() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        var end = new CountDownLatch(1);
        var thread = Thread.ofPlatform().daemon().name("millhand-left-1").start(() -> Contract.await(end));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> baseline.requireNoLeaks("this test", AT_ONCE))
                .withMessageStartingWith("this test left behind:\n  thread millhand-left-1, ");
        end.countDown();
        thread.join();
        baseline.requireNoLeaks("this test", TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void waitsForAThreadThatIsAboutToEnd() {
        var baseline = LeakCheck.Baseline.now();
        Thread.ofPlatform().daemon().name("millhand-ending-1").start(() -> Await.within(200_000_000, () -> false));
        baseline.requireNoLeaks("this test", TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void findsAChildProcess() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        var child = new ProcessBuilder("cat").start();
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> baseline.requireNoLeaks("this test", AT_ONCE))
                    .withMessageContaining("child process " + child.pid() + ": ")
                    .withMessageContaining("file descriptor of pipe:");
        } finally {
            child.getOutputStream().close();
            child.waitFor();
            child.getInputStream().close();
            child.getErrorStream().close();
        }
        baseline.requireNoLeaks("this test", TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void findsASocket() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(socket.isOpen()).isTrue();
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> baseline.requireNoLeaks("this test", AT_ONCE))
                    .withMessageContaining("file descriptor of socket:");
        }
        baseline.requireNoLeaks("this test", TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void findsATemporaryFile() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        var file = Files.createTempFile("millhand-" + ProcessHandle.current().pid() + "-", ".args");
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> baseline.requireNoLeaks("this test", AT_ONCE))
                    .withMessageContaining("file " + file);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void leavesTheFilesOfOtherProcessesAlone() throws Exception {
        var baseline = LeakCheck.Baseline.now();
        var file = Files.createTempFile("millhand-1-", ".args");
        try {
            baseline.requireNoLeaks("this test", AT_ONCE);
        } finally {
            Files.delete(file);
        }
    }
}
