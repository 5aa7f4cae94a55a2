package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Outcome;
import io.millhand.SerializableCallable;
import io.millhand.TaskQueue;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The user's own filter of a whole JVM, on both sides.
class FilterIT {

    @Test
    @Guarantee("6.3.3")
    void obeysTheFilterOfTheChild() {
        var config = ProcessWorkers.of(1)
                .heap(128 << 20)
                .jvmOptions(List.of("-Djdk.serialFilter=!java.util.BitSet;maxarray=1000000"));
        var bits = new BitSet();
        try (var queue = TaskQueue.on(config)) {
            assertThat(queue.submit(() -> bits.size()).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(InvalidClassException.class)
                                    .hasMessage(
                                            "refused by the filter of this JVM (jdk.serialFilter or a filter factory);"
                                                    + " the class read last is java.util.BitSet, at captured value 1"
                                                    + " (java.util.BitSet)"));
            assertThat(queue.submit(() -> new BitSet()).join()).isEqualTo(bits);
        }
    }

    /// Its lambdas are refused.
    private static final class Refused {

        private Refused() {}

        static SerializableCallable<Integer> call() {
            return () -> 1;
        }
    }

    @Test
    @Guarantee("6.3.3")
    void obeysTheFilterOfTheChildAlsoOverWhatIsCompact() {
        var config = ProcessWorkers.of(1)
                .heap(128 << 20)
                .jvmOptions(List.of("-Djdk.serialFilter=!java.util.UUID;!" + Refused.class.getName()));
        var id = new UUID(1, 2);
        try (var queue = TaskQueue.on(config)) {
            assertThat(queue.submit(() -> 2).join()).isEqualTo(2);
            assertThat(refusalOf(queue, () -> id.variant()))
                    .endsWith("the class read last is java.util.UUID, at captured value 1 (java.util.UUID)");
            assertThat(refusalOf(queue, Refused.call())).contains("the class read last is " + Refused.class.getName());
            assertThat(queue.submit(() -> new UUID(1, 2)).join()).isEqualTo(id);
        }
    }

    @Test
    @Guarantee({"6.3.3", "5.19.1"})
    void letsALambdaBringASharedValueThroughTheFilterOfTheChild() {
        var config = ProcessWorkers.of(1).heap(128 << 20).jvmOptions(List.of("-Djdk.serialFilter=maxdepth=100;*"));
        try (var queue = TaskQueue.on(config);
                var first = queue.share(new ArrayList<>(List.of("first")));
                var second = queue.share(new ArrayList<>(List.of("second")))) {
            assertThat(queue.submit(() ->
                                    second.value().getFirst() + first.value().getFirst())
                            .join())
                    .isEqualTo("secondfirst");
        }
    }

    private static String refusalOf(TaskQueue queue, SerializableCallable<?> call) {
        var failed = (Outcome.Failed<?>) queue.submit(call).outcome();
        assertThat(failed.cause())
                .isInstanceOf(InvalidClassException.class)
                .hasMessageStartingWith("refused by the filter of this JVM (jdk.serialFilter or a filter factory);");
        return String.valueOf(failed.cause().getMessage());
    }

    @Test
    @Guarantee("6.3.3")
    void obeysTheFilterOfTheParent() throws Exception {
        assertThat(answersOfAParentWith("-Djdk.serialFilter=!java.util.BitSet;!java.util.UUID"))
                .containsExactly(
                        "a list: Succeeded",
                        "a set of bits: the task returned, but its result cannot be read in this JVM: refused by the"
                                + " filter of this JVM (jdk.serialFilter or a filter factory); the class read last is"
                                + " java.util.BitSet, at element 0 (java.util.BitSet)",
                        "an id, which is compact: the task returned, but its result cannot be read in this JVM: refused"
                                + " by the filter of this JVM (jdk.serialFilter or a filter factory); the class read"
                                + " last is java.util.UUID, at element 0 (java.util.UUID)",
                        "a lambda: the task returned, but its result cannot be read in this JVM: it holds a lambda,"
                                + " which is code that this JVM did not send, at the top"
                                + " (java.lang.invoke.SerializedLambda)");
    }

    @Test
    @Guarantee("6.3.3")
    void isNotWeakenedByAGenerousFilter() throws Exception {
        assertThat(answersOfAParentWith("-Djdk.serialFilter=*"))
                .hasSize(4)
                .startsWith("a list: Succeeded", "a set of bits: Succeeded", "an id, which is compact: Succeeded")
                .last()
                .asString()
                .contains("it holds a lambda");
    }

    @Test
    @Guarantee("6.3.3")
    void worksWithAFactoryThatMergesAndReadsNothingWithOneThatDropsItsFilter() throws Exception {
        assertThat(answersOfAParentWith("-Djdk.serialFilterFactory=" + Merging.class.getName()))
                .startsWith("a list: Succeeded", "a set of bits: Succeeded", "an id, which is compact: Succeeded")
                .last()
                .asString()
                .contains("it holds a lambda");
        assertThat(answersOfAParentWith("-Djdk.serialFilterFactory=" + Dropping.class.getName()))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line)
                        .contains("the filter factory of this JVM (jdk.serialFilterFactory) must merge"));
        assertThat(answersOfAParentWith("-Djdk.serialFilterFactory=" + Refraining.class.getName()))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line)
                        .contains("the filter factory of this JVM (jdk.serialFilterFactory) must merge")
                        .contains("it answered null"));
    }

    /// A factory as the documentation of the JDK has it.
    public static final class Merging implements BinaryOperator<ObjectInputFilter> {

        @Override
        public ObjectInputFilter apply(ObjectInputFilter current, ObjectInputFilter next) {
            if (current == null || next == null) {
                return current == null ? next : current;
            }
            return ObjectInputFilter.merge(next, current);
        }
    }

    /// A factory that thinks of itself only.
    public static final class Dropping implements BinaryOperator<ObjectInputFilter> {

        @Override
        public ObjectInputFilter apply(ObjectInputFilter current, ObjectInputFilter next) {
            return ObjectInputFilter.Config.createFilter("maxdepth=500");
        }
    }

    /// A factory that has no filter.
    public static final class Refraining implements BinaryOperator<ObjectInputFilter> {

        @Override
        public @Nullable ObjectInputFilter apply(ObjectInputFilter current, ObjectInputFilter next) {
            return null;
        }
    }

    private static List<String> answersOfAParentWith(String option) throws Exception {
        var parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var lines = new String(parent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(parent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return lines.lines().toList();
        } finally {
            parent.destroyForcibly();
        }
    }

    /// Prints how four tasks ended.
    static final class Parent {

        private Parent() {}

        public static void main(String[] args) throws IOException {
            try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(128 << 20))) {
                print("a list", queue.submit(() -> new ArrayList<>(List.of(1))).outcome());
                print(
                        "a set of bits",
                        queue.submit(() -> new ArrayList<>(List.of(new BitSet())))
                                .outcome());
                print(
                        "an id, which is compact",
                        queue.submit(() -> new ArrayList<>(List.of(new UUID(1, 2))))
                                .outcome());
                print("a lambda", queue.submit(() -> lambda()).outcome());
            }
        }

        private static Object lambda() {
            return io.millhand.Task.call(() -> 1);
        }

        private static void print(String name, Outcome<?> outcome) {
            System.out.println(name + ": "
                    + switch (outcome) {
                        case Outcome.Failed<?>(var cause) -> cause.getMessage();
                        default -> outcome.getClass().getSimpleName();
                    });
        }
    }
}
