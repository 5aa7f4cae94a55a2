package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.Task;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TravelIT {

    private static TaskQueue queue;

    @BeforeAll
    static void open() {
        queue = TaskQueue.on(ProcessWorkers.of(1).heap(128 << 20));
    }

    @AfterAll
    static void close() {
        queue.close();
    }

    private static final class Socket {}

    /// Serializable, but not what it holds.
    private static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        @SuppressWarnings({"unused", "serial"}) // not serializable on purpose
        private final Object held = new Socket();

        BrokenException(String message) {
            super(message);
        }
    }

    /// In which way an exception refuses to be told.
    private enum Hostility {
        MESSAGE,
        STACK,
        STACK_IS_NULL,
        PRINTING,
        WRITING,
        CAUSE
    }

    private static final class HostileException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Hostility how;

        HostileException(Hostility how) {
            this.how = how;
        }

        private void hostileIf(Hostility asked) {
            if (how == asked) {
                throw new AssertionError("hostile");
            }
        }

        @Override
        public String getMessage() {
            hostileIf(Hostility.MESSAGE);
            return "hostile";
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            hostileIf(Hostility.STACK);
            return how == Hostility.STACK_IS_NULL ? null : super.getStackTrace();
        }

        @Override
        public void printStackTrace(PrintWriter out) {
            hostileIf(Hostility.PRINTING);
            super.printStackTrace(out);
        }

        @Override
        public synchronized Throwable getCause() {
            hostileIf(Hostility.CAUSE);
            return super.getCause();
        }

        private void writeObject(ObjectOutputStream out) {
            throw new AssertionError("hostile, always");
        }
    }

    @Test
    @Guarantee("5.7.1")
    void takesASnapshotAtSubmit() {
        var list = new ArrayList<>(List.of("a"));
        var handle = queue.submit(() -> String.join(",", list));
        list.add("b");

        assertThat(handle.join()).isEqualTo("a");
    }

    @Test
    @Guarantee("5.7.2")
    void refusesWhatCannotTravelWithThePathAndSubmitsNothing() {
        var socket = new Socket();

        assertThatThrownBy(() -> queue.submit(() -> socket.hashCode()))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("captured value 1 (io.millhand.process.TravelIT$Socket)");
        assertThatThrownBy(() -> queue.submit(() -> hashCode()))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("captured 'this', which the lambda in method"
                        + " 'refusesWhatCannotTravelWithThePathAndSubmitsNothing' uses");
        assertThat(queue.submit(() -> 1).join()).isEqualTo(1);
    }

    @Test
    @Guarantee("5.7.3")
    void guidesCallersThatSeeThePlainTypesOnly() throws Exception {
        ExecutorService plain = queue;
        Callable<Integer> cannot = () -> 1;

        assertThatThrownBy(() -> plain.submit(cannot))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("Task.call");
        assertThat(plain.submit(Task.call(() -> 2)).get()).isEqualTo(2);
        assertThat(plain.invokeAll(List.of(Task.call(() -> 3))).getFirst().get())
                .isEqualTo(3);
    }

    @Test
    @Guarantee("6.2.1")
    void failsATaskWhoseResultCannotTravel() {
        assertThat(queue.submit(() -> new Socket()).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(RemoteTaskException.class, cause -> {
                                    assertThat(cause.remoteClass()).isEqualTo("io.millhand.process.TravelIT$Socket");
                                    assertThat(cause)
                                            .hasMessageContaining("its result cannot travel back: not serializable");
                                }));
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionThatCannotTravelInText() {
        assertThat(queue.submit(() -> failBroken()).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(RemoteTaskException.class, cause -> {
                                    assertThat(cause).hasMessageEndingWith("BrokenException: held too much");
                                    assertThat(cause.getStackTrace()[0].getMethodName())
                                            .isEqualTo("failBroken");
                                    assertThat(cause.remoteStack())
                                            .contains("at io.millhand.process.TravelIT.failBroken");
                                }));
    }

    @Test
    @Guarantee("6.2.1")
    void survivesExceptionsThatDoNotEvenTellThemselves() {
        long pid = queue.submit(() -> ProcessHandle.current().pid()).join();

        for (var how : Hostility.values()) {
            assertThat(queue.submit(() -> failHostile(how)).outcome())
                    .as("%s", how)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageStartingWith("io.millhand.process.TravelIT$HostileException: "));
        }
        assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
    }

    @Test
    @Guarantee("6.8.2")
    void ignoresAThreadThatATaskLeftBehindAndThatInterruptsTheNextOnesThread() {
        long pid = queue.submit(() -> leaveAnInterrupter()).join();

        for (int i = 0; i < 50; i++) {
            assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
        }
    }

    @Test
    @Guarantee("6.2.2")
    void bringsAnExceptionBackWithTheStackOfTheChild() {
        assertThat(queue.submit(() -> fail("no")).outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.cause()).isInstanceOf(IllegalStateException.class).hasMessage("no");
            assertThat(failed.cause().getStackTrace()[0].getMethodName()).isEqualTo("fail");
        });
    }

    @Test
    @Guarantee("6.2.3")
    void refusesATaskOrAnAnswerAboveTheCeilingAndTheChildLives() {
        long pid = queue.submit(() -> ProcessHandle.current().pid()).join();
        var large = new byte[80 << 20];

        assertThatThrownBy(() -> queue.submit(() -> large.length))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("more than the 44739242 bytes that the receiver takes");
        assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
    }

    @Test
    @Guarantee("6.2.3")
    void failsATaskWhoseAnswerIsAboveTheCeilingAndTheChildLives() {
        var config = ProcessWorkers.of(1).heap(128 << 20);
        try (var narrow = TaskQueue.on(host -> ProcessPool.open(host, config, 1_000_000))) {
            long pid = narrow.submit(() -> ProcessHandle.current().pid()).join();

            assertThat(narrow.submit(() -> new byte[1_000_001]).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(RemoteTaskException.class)
                                    .hasMessageContaining("more than the 1000000 bytes that the receiver takes"));
            assertThat(narrow.submit(() -> ProcessHandle.current().pid()).join())
                    .isEqualTo(pid);
        }
    }

    @Test
    @Guarantee("6.4.1")
    void findsTheClassesOfTheParentsClassPath() {
        String name = TravelIT.class.getName();

        assertThat(queue.submit(() -> Class.forName(name).getSimpleName()).join())
                .isEqualTo("TravelIT");
    }

    @Test
    @Guarantee("6.2.4")
    void carriesMegabytesBothWays() {
        var argument = new byte[20 << 20];
        argument[argument.length - 1] = 42;

        byte[] result = queue.submit(() -> argument).join();

        assertThat(result).isEqualTo(argument);
    }

    private static long leaveAnInterrupter() {
        var runner = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < 200; i++) {
                LockSupport.parkNanos(100_000);
                runner.interrupt();
            }
        });
        return ProcessHandle.current().pid();
    }

    private static int failHostile(Hostility how) {
        throw new HostileException(how);
    }

    private static int fail(String message) {
        throw new IllegalStateException(message);
    }

    private static int failBroken() {
        throw new BrokenException("held too much");
    }
}
