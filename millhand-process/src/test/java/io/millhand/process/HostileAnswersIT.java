package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import io.millhand.SerializableCallable;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.LeakCheck;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Answers of classes that are well in the child, and unknown, broken or hostile in the parent.
@ExtendWith(LeakCheck.class)
class HostileAnswersIT {

    private static TaskQueue queue;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        compile(folder, "Value", """
                package gone;
                public record Value(String text) implements java.io.Serializable {}
                """);
        compile(folder, "Failure", """
                package gone;
                public class Failure extends RuntimeException {
                    public Failure(String message) {
                        super(message);
                    }
                }
                """);
        queue = TaskQueue.on(ProcessWorkers.of(1)
                .heap(128 << 20)
                .jvmOptions(List.of("-Xbootclasspath/a:" + folder, "-Dmillhand.test.child=true")));
    }

    @AfterAll
    static void close() {
        queue.close();
    }

    private static void compile(Path folder, String name, String text) throws IOException {
        var source = Files.writeString(folder.resolve(name + ".java"), text);
        int code =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString());
        assertThat(code).isZero();
    }

    private static boolean inTheParent() {
        return !Boolean.getBoolean("millhand.test.child");
    }

    private static Object inTheChild(String type) throws ReflectiveOperationException {
        return Class.forName(type).getConstructor(String.class).newInstance("from the child");
    }

    private static int throwFromTheChild(String type) throws Exception {
        throw (Exception) inTheChild(type);
    }

    private static RemoteTaskException failureOf(TaskHandle<?> handle) {
        if (handle.outcome() instanceof Outcome.Failed<?>(var cause)) {
            return (RemoteTaskException)
                    assertThat(cause).isInstanceOf(RemoteTaskException.class).actual();
        }
        throw new AssertionError("failed was expected, but it is " + handle.outcome());
    }

    /// The result fails with this class and this text, and the next one is fine, from the same child.
    private static RemoteTaskException failsToBeRead(SerializableCallable<?> task, Class<?> remote, String text) {
        long pid = queue.submit(() -> ProcessHandle.current().pid()).join();

        var failure = failureOf(queue.submit(task));

        assertThat(failure).hasMessageStartingWith("the task returned, but its result cannot be read in this JVM: ");
        assertThat(failure).hasMessageContaining(text);
        assertThat(failure.remoteClass()).isEqualTo(remote.getName());
        assertThat(queue.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
        return failure;
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultHasAClassThatIsUnknownHere() {
        var failure = failureOf(queue.submit(() -> inTheChild("gone.Value")));

        assertThat(failure)
                .hasMessage("the task returned, but its result cannot be read in this JVM:"
                        + " java.lang.ClassNotFoundException: gone.Value, at the top (gone.Value)")
                .hasCauseInstanceOf(ClassNotFoundException.class);
        assertThat(failure.remoteClass()).isEqualTo("gone.Value");
    }

    @Test
    @Guarantee("6.2.5")
    void tellsWhereAnUnknownClassIs() {
        failsToBeRead(
                () -> new ArrayList<>(List.of("x", inTheChild("gone.Value"), "y")),
                ArrayList.class,
                "java.lang.ClassNotFoundException: gone.Value, at element 1 (gone.Value)");
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionWhoseClassIsUnknownHereInText() {
        var failure = failureOf(queue.submit(() -> throwFromTheChild("gone.Failure")));

        assertThat(failure).hasMessage("gone.Failure: from the child");
        assertThat(failure.remoteClass()).isEqualTo("gone.Failure");
        assertThat(failure.remoteStack())
                .contains("gone.Failure: from the child")
                .contains("throwFromTheChild");
        assertThat(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("throwFromTheChild"));
        assertThat(failure).hasRootCauseInstanceOf(ClassNotFoundException.class);
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionWithAnUnknownCauseInText() {
        var failure = failureOf(queue.submit(() -> throwWithUnknownCause()));

        assertThat(failure).hasMessage("java.lang.IllegalStateException: outer");
        assertThat(failure.remoteStack()).contains("Caused by: gone.Failure: from the child");
    }

    private static int throwWithUnknownCause() throws ReflectiveOperationException {
        throw new IllegalStateException("outer", (Throwable) inTheChild("gone.Failure"));
    }

    private static final class BadInitializer implements Serializable {
        private static final long serialVersionUID = 1;

        static {
            if (inTheParent()) {
                throw new IllegalStateException("not in the parent");
            }
        }
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultHasAClassThatCannotBeInitializedHere() {
        failsToBeRead(() -> new BadInitializer(), BadInitializer.class, "java.lang.ExceptionInInitializerError");
        failsToBeRead(() -> new BadInitializer(), BadInitializer.class, "Could not initialize class");
    }

    @SuppressWarnings("serial") // not constant on purpose: as if the two JVMs had different builds of it
    private static final class OtherVersion implements Serializable {
        private static final long serialVersionUID = inTheParent() ? 1 : 2;
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultHasAClassOfAnotherVersionHere() {
        var failure =
                failsToBeRead(() -> new OtherVersion(), OtherVersion.class, "stream classdesc serialVersionUID = 2");
        assertThat(failure).hasCauseInstanceOf(InvalidClassException.class);
    }

    /// How reading fails.
    private enum How {
        THROWS,
        THROWS_AN_ERROR,
        THROWS_WHAT_CANNOT_BE_TOLD,
        NEEDS_TOO_MUCH_MEMORY,
        RECURSES
    }

    private static final class Untold extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1;
        private final How how;

        Unreadable(How how) {
            this.how = how;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (inTheParent()) {
                fail();
            }
        }

        private long fail() {
            return switch (how) {
                case THROWS -> throw new IllegalStateException("cannot be read");
                case THROWS_AN_ERROR -> throw new NoSuchMethodError("cannot be linked");
                case THROWS_WHAT_CANNOT_BE_TOLD -> throw new Untold();
                case NEEDS_TOO_MUCH_MEMORY -> new long[Integer.MAX_VALUE - 8].length;
                case RECURSES -> 1 + fail();
            };
        }
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultThrowsWhenItIsRead() {
        failsWhenRead(How.THROWS, "java.lang.IllegalStateException: cannot be read, at element 0");
        failsWhenRead(How.THROWS_AN_ERROR, "java.lang.NoSuchMethodError: cannot be linked, at element 0");
        failsWhenRead(How.THROWS_WHAT_CANNOT_BE_TOLD, Untold.class.getName() + ", at element 0");
        failsWhenRead(How.RECURSES, "it is nested too deeply for the stack of the thread that reads it");
    }

    private static void failsWhenRead(How how, String text) {
        failsToBeRead(() -> new ArrayList<>(List.of(new Unreadable(how))), ArrayList.class, text);
    }

    @Test
    @Guarantee("6.2.6")
    void failsATaskWhoseResultNeedsMoreMemoryThanThereIs() {
        failsWhenRead(
                How.NEEDS_TOO_MUCH_MEMORY, "reading it needs more memory than there is, java.lang.OutOfMemoryError");
    }

    @SuppressWarnings("UnusedVariable") // for the stream only
    private static final class Garbage implements Serializable {
        private static final long serialVersionUID = 1;

        private Object readResolve() {
            return inTheParent() ? "garbage" : this;
        }
    }

    private static final class GarbageHolder implements Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("UnusedVariable") // for the stream only
        private final Garbage held = new Garbage();
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultResolvesToAnotherType() {
        failsToBeRead(() -> new GarbageHolder(), GarbageHolder.class, "ClassCastException");
    }

    private static final class Key implements Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public int hashCode() {
            if (inTheParent()) {
                throw new UnsupportedOperationException("no hash");
            }
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultHasKeysThatThrow() {
        failsToBeRead(() -> mapOfKeys(), HashMap.class, "java.lang.UnsupportedOperationException: no hash");
    }

    private static Map<Key, String> mapOfKeys() {
        var map = new HashMap<Key, String>();
        map.put(new Key(), "value");
        return map;
    }

    private static final class HostileFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final boolean message;

        HostileFailure(boolean message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            if (message && inTheParent()) {
                throw new IllegalStateException("no message");
            }
            return "from the child";
        }

        /// Causes without end.
        @Override
        public synchronized Throwable getCause() {
            return !message && inTheParent() ? new HostileFailure(false) : null;
        }
    }

    private static final class GarbageFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        GarbageFailure() {
            super("from the child");
        }

        private Object readResolve() {
            return "garbage";
        }
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionInTextThatCannotTellItselfHere() {
        for (boolean message : List.of(true, false)) {
            assertThat(failureOf(queue.submit(() -> throwHostile(message))))
                    .hasMessage(HostileFailure.class.getName() + ": from the child");
        }
        assertThat(failureOf(queue.submit(() -> throwGarbage())))
                .hasMessage(GarbageFailure.class.getName() + ": from the child");
    }

    private static int throwHostile(boolean message) {
        throw new HostileFailure(message);
    }

    private static int throwGarbage() {
        throw new GarbageFailure();
    }

    private static final class StackOfNulls extends RuntimeException {
        private static final long serialVersionUID = 1;

        @SuppressWarnings({"unused", "serial", "UnusedVariable"}) // not serializable on purpose
        private final Object held = new Object();

        StackOfNulls() {
            super("odd");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return new StackTraceElement[2];
        }
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionWhoseStackTraceHoldsNothing() {
        assertThat(failureOf(queue.submit(() -> throwStackOfNulls())))
                .hasMessage(StackOfNulls.class.getName() + ": odd");
    }

    private static int throwStackOfNulls() {
        throw new StackOfNulls();
    }

    private static final class EndlessCauses extends RuntimeException {
        private static final long serialVersionUID = 1;

        EndlessCauses() {
            super("endless");
        }

        @Override
        public synchronized Throwable getCause() {
            return new EndlessCauses();
        }
    }

    @Test
    @Guarantee("6.2.1")
    void tellsAnExceptionWithCausesWithoutEnd() {
        assertThat(failureOf(queue.submit(() -> throwEndless())))
                .hasMessage(EndlessCauses.class.getName() + ": endless");
    }

    private static int throwEndless() {
        throw new EndlessCauses();
    }

    @Test
    @Guarantee("6.2.2")
    void bringsCyclicCausesAndSuppressedBack() {
        var outcome = queue.submit(() -> throwCyclic()).outcome();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            var first = failed.cause();
            assertThat(first).isInstanceOf(IllegalStateException.class).hasMessage("first");
            var second = first.getCause();
            assertThat(second).isInstanceOf(IOException.class).hasMessage("second");
            assertThat(second.getCause()).isSameAs(first);
            assertThat(first.getSuppressed()).containsExactly(second);
            assertThat(second.getSuppressed()).containsExactly(first);
        });
    }

    private static int throwCyclic() {
        var first = new IllegalStateException("first");
        var second = new IOException("second", first);
        first.initCause(second);
        first.addSuppressed(second);
        second.addSuppressed(first);
        throw first;
    }

    private static final class Blocking implements Serializable {
        private static final long serialVersionUID = 1;
        private static final CountDownLatch ENTERED = new CountDownLatch(1);
        private static final CountDownLatch RELEASED = new CountDownLatch(1);

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (inTheParent()) {
                ENTERED.countDown();
                awaitRelease();
            }
        }

        private static void awaitRelease() {
            try {
                if (!RELEASED.await(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("never released");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    @Guarantee("6.2.7")
    void stallsNobodyButItsReaderWhileAResultBlocks() throws Exception {
        var handle = queue.submit(() -> new Blocking());
        var read = CompletableFuture.supplyAsync(
                handle::outcome, task -> Thread.ofPlatform().start(task));
        assertThat(Blocking.ENTERED.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(queue.submit(() -> 42).join()).isEqualTo(42);
        assertThat(queue.submit(() -> 43).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEqualTo(43);
        assertThat(handle.outcome(Duration.ofMillis(1))).isEmpty();
        assertThat(handle.isDone()).isTrue();

        Blocking.RELEASED.countDown();
        assertThat(read.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Succeeded.class);
    }

    private static final class FailsInTheChild implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            throw new IllegalStateException("not in a child");
        }
    }

    private record Holder(Object held) implements Serializable {}

    @Test
    @Guarantee("6.2.8")
    void tellsWhichArgumentCouldNotBeReadInTheChild() {
        var holder = new Holder(new FailsInTheChild());

        var outcome = queue.submit(() -> holder.held().hashCode()).outcome();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.cause()).isInstanceOf(IllegalStateException.class).hasMessage("not in a child");
            assertThat(failed.cause().getSuppressed())
                    .singleElement()
                    .asString()
                    .isEqualTo("java.io.IOException: the task could not be read in the child, at captured value 1 ("
                            + Holder.class.getName() + ") -> field 'held' (" + FailsInTheChild.class.getName() + ")");
        });
    }

    @Test
    @Guarantee("6.2.3")
    void bringsBackWhatIsExactlyAsLargeAsAllowed() throws IOException {
        int ceiling = 1_000_000;
        int overhead = Codec.encode(new byte[0], 1_000).length;
        var config = ProcessWorkers.of(1).heap(128 << 20);
        try (var narrow = TaskQueue.on(host -> ProcessPool.open(host, config, ceiling))) {
            for (int size : new int[] {ceiling - 1, ceiling}) {
                assertThat(narrow.submit(() -> new byte[size - overhead]).join())
                        .hasSize(size - overhead);
            }
            assertThat(failureOf(narrow.submit(() -> new byte[ceiling + 1 - overhead])))
                    .hasMessageContaining("more than the 1000000 bytes that the receiver takes");
            assertThat(narrow.submit(() -> 1).join()).isEqualTo(1);
        }
    }
}
