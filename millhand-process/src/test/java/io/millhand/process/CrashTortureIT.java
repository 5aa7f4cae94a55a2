package io.millhand.process;

import static io.millhand.process.Processes.CEILING;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Attempt;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.RetryPolicy;
import io.millhand.Task;
import io.millhand.TaskCrashedException;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Torture cases of crashes and errors beside the matrix. The numbers are those of `docs/torture.md`.
@ExtendWith(LeakCheck.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashTortureIT {

    private static final int MIB = 1 << 20;

    /// Held by a child on purpose.
    private static final List<byte[]> HOARD = new ArrayList<>();

    @Test
    @DisplayName("9: native code leaves with exit code 0")
    @Guarantee("6.8.1")
    void takesACleanExitInNativeCodeForACrash() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            var outcome =
                    queue.submit(() -> exitInNativeCode()).outcome(CEILING).orElseThrow();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Crashed.class,
                            crashed -> assertThat(crashed.report().exitCode()).hasValue(0));
            assertThat(queue.submit(() -> "next").outcome(CEILING)).contains(new Outcome.Succeeded<>("next"));
        }
    }

    @Test
    @DisplayName("16, 17: each failure has an exception of its own, which tells pid and exit code")
    @Guarantee({"5.5.3", "6.8.1"})
    void givesEachFailureItsOwnException() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(2).heap(32L * MIB))) {
            var first = queue.submit(() -> halt(3));
            var second = queue.submit(() -> halt(4));
            first.outcome();
            second.outcome();

            assertThat(first.exceptionNow()).isNotSameAs(second.exceptionNow());
            assertThat(first.exceptionNow())
                    .isInstanceOfSatisfying(
                            TaskCrashedException.class,
                            crash -> assertThat(crash)
                                    .hasMessageContaining("exited with code 3")
                                    .hasMessageContaining(
                                            "pid " + crash.report().pid()));
            assertThat(second.exceptionNow()).hasMessageContaining("exited with code 4");
        }
    }

    @Test
    @DisplayName("20: an exception whose class the parent does not have")
    @Guarantee("6.2.1")
    void tellsAnExceptionOfAClassThatIsNotHere() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64L * MIB))) {
            assertThat(queue.submit(() -> failInAClassOfItsOwn()).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOfSatisfying(RemoteTaskException.class, cause -> {
                                        assertThat(cause.remoteClass()).isEqualTo("io.millhand.process.OnlyInTheChild");
                                        assertThat(cause.remoteStack()).contains("failInAClassOfItsOwn");
                                    }));
            assertThat(queue.submit(() -> "next").join()).isEqualTo("next");
        }
    }

    @Test
    @DisplayName("22: causes and suppressed exceptions in a circle")
    @Guarantee("5.5.2")
    void bringsBackExceptionsInACircle() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            assertThat(queue.submit(() -> failInACircle()).outcome())
                    .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                        assertThat(failed.cause()).isInstanceOf(IllegalStateException.class);
                        assertThat(failed.cause().getCause().getCause()).isSameAs(failed.cause());
                        assertThat(failed.cause().getCause().getSuppressed()[0]).isSameAs(failed.cause());
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+ExitOnOutOfMemoryError", "-XX:-ExitOnOutOfMemoryError"})
    @DisplayName("26: the thread of the protocol runs out of memory in the child")
    @Guarantee({"5.4.6", "6.8.5"})
    void replacesAChildWhoseHeapHasNoRoomForTheNextTask(String option) {
        byte[] argument = new byte[20 * MIB];
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64L * MIB).jvmOptions(List.of(option)))) {
            long pid = queue.submit(() -> hoard(45)).join();

            var next =
                    queue.submit(() -> argument.length + ProcessHandle.current().pid());

            assertThat(next.outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(succeeded.value()).isNotEqualTo(argument.length + pid));
            assertThat(next.attempts()).hasSize(1);
        }
    }

    @Test
    @DisplayName("27: another thread of the child throws, during the task and after it")
    @Guarantee("6.8.2")
    void goesOnWhenAnotherThreadOfTheChildThrows(@TempDir File folder) throws IOException {
        var go = new File(folder, "go");
        var thrown = new File(folder, "thrown");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            long pid = queue.submit(() -> throwInAnotherThread()).join();
            queue.submit(() -> throwLater(go, thrown)).join();
            assertThat(go.createNewFile()).isTrue();
            Processes.awaiting().until(thrown::exists);

            assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
        }
    }

    @Test
    @DisplayName("29: a policy is spent; attempts and runs are as many as it allows")
    @Guarantee({"5.4.2", "5.4.5"})
    void runsAsOftenAsThePolicyAllows(@TempDir File folder) {
        var policy = RetryPolicy.exponential(3).withCrashLimit(5).withDelays(Duration.ZERO, Duration.ZERO);
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            var handle = queue.submit(Task.of(() -> markAndHalt(folder)).retry(policy));

            assertThat(handle.outcome(CEILING).orElseThrow()).isInstanceOf(Outcome.Crashed.class);
            assertThat(handle.attempts()).extracting(Attempt::number).containsExactly(1, 2, 3);
            assertThat(Objects.requireNonNull(folder.list())).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EXIT", "HALT", "KILL", "NATIVE_CRASH"})
    @DisplayName("32: the crash is that of the task that crashed, of no task before or after it")
    @Guarantee({"6.8.1", "6.8.2"})
    void blamesTheTaskThatCrashed(Fault fault) {
        var bad = List.of(0, 5, 6, 11);
        for (int workers : List.of(1, 2)) {
            try (var queue = TaskQueue.on(ProcessWorkers.of(workers).heap(32L * MIB))) {
                var handles = new HashMap<Integer, TaskHandle<Integer>>();
                IntStream.range(0, 12)
                        .forEach(number ->
                                handles.put(number, queue.submit(() -> strikeIf(bad.contains(number), fault, number))));

                handles.forEach((number, handle) -> {
                    if (bad.contains(number)) {
                        assertThat(handle.outcome(CEILING).orElseThrow())
                                .isInstanceOfSatisfying(
                                        Outcome.Crashed.class,
                                        crashed -> assertThat(crashed.report().task())
                                                .isEqualTo(handle.id()));
                    } else {
                        assertThat(handle.outcome(CEILING)).contains(new Outcome.Succeeded<>(number));
                    }
                });
            }
        }
    }

    @Test
    @DisplayName("130: an idle child is used before another is started")
    @Guarantee("5.1.2")
    void usesAnIdleChildBeforeItStartsAnother() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(4).heap(32L * MIB))) {
            long first = queue.submit(() -> ProcessHandle.current().pid()).join();
            for (int i = 0; i < 10; i++) {
                assertThat(queue.submit(() -> ProcessHandle.current().pid()).join())
                        .isEqualTo(first);
            }
        }
    }

    @Test
    @DisplayName("147: tasks submitted from callbacks, in a long chain, some of which crash")
    @Guarantee("5.16.1")
    void goesOnInAChainOfCallbacks() throws Exception {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(32L * MIB))) {
            var chain = queue.submit(() -> 0).toCompletableFuture();
            for (int i = 1; i <= 200; i++) {
                int number = i;
                chain = chain.thenCompose(
                                before -> queue.submit(() -> strikeIf(number % 100 == 0, Fault.HALT, before + 1)))
                        .exceptionally(_ -> number);
            }

            assertThat(chain.get(CEILING.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    @SuppressWarnings("restricted") // that is the point
    private static Object exitInNativeCode() throws Exception {
        var linker = Linker.nativeLinker();
        var exit = linker.downcallHandle(
                linker.defaultLookup().find("_exit").orElseThrow(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        return MethodHandleProxies.asInterfaceInstance(Callable.class, MethodHandles.insertArguments(exit, 0, 0))
                .call();
    }

    private static int halt(int code) {
        Runtime.getRuntime().halt(code);
        return code;
    }

    private static int strikeIf(boolean bad, Fault fault, int number) {
        if (bad) {
            fault.strike(false);
        }
        return number;
    }

    private static int markAndHalt(File folder) throws IOException {
        Files.createTempFile(folder.toPath(), "run", "");
        return halt(1);
    }

    private static long hoard(int mebibytes) {
        for (int i = 0; i < mebibytes; i++) {
            HOARD.add(new byte[MIB]);
        }
        return ProcessHandle.current().pid();
    }

    private static long throwInAnotherThread() throws InterruptedException {
        var thrower = Thread.ofPlatform().start(CrashTortureIT::fail);
        thrower.join();
        return ProcessHandle.current().pid();
    }

    private static Object throwLater(File go, File thrown) {
        var thrower = Thread.ofPlatform().start(() -> {
            while (!go.exists()) {
                LockSupport.parkNanos(1_000_000);
            }
            fail();
        });
        Thread.ofPlatform().start(() -> {
            try {
                thrower.join();
                Files.createFile(thrown.toPath());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return "value";
    }

    private static void fail() {
        throw new IllegalStateException("on purpose, in a thread that is not the task's");
    }

    private static int failInACircle() {
        var first = new IllegalStateException("first");
        var second = new IllegalArgumentException("second", first);
        second.addSuppressed(first);
        first.initCause(second);
        throw first;
    }

    private static int failInAClassOfItsOwn() throws Exception {
        var name = ClassDesc.of("io.millhand.process.OnlyInTheChild");
        var parent = ClassDesc.of(RuntimeException.class.getName());
        byte[] bytes = ClassFile.of()
                .build(
                        name,
                        type -> type.withSuperclass(parent)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        MethodTypeDesc.of(ConstantDescs.CD_void),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(
                                                        parent,
                                                        ConstantDescs.INIT_NAME,
                                                        MethodTypeDesc.of(ConstantDescs.CD_void))
                                                .return_()));
        var defined = MethodHandles.lookup().defineClass(bytes);
        throw (RuntimeException) defined.getDeclaredConstructor().newInstance();
    }
}
