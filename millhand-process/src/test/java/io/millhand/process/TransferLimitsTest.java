package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millhand.RemoteTaskException;
import io.millhand.SerializableCallable;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferLimitsTest {

    private static final ClassLoader LOADER = TransferLimitsTest.class.getClassLoader();

    private record Node(Object next) implements Serializable {}

    private enum Colour {
        RED
    }

    /// Goes on after a refusal as if nothing had been.
    private static final class Swallowing implements Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings({"serial", "UnusedVariable"}) // whatever the test puts in, and only for the stream
        private Object held;

        Swallowing(Object held) {
            this.held = held;
        }

        private void readObject(ObjectInputStream in) {
            try {
                in.defaultReadObject();
            } catch (IOException | ClassNotFoundException _) {
                held = "nothing";
            }
        }
    }

    private static Object decode(Object value, TransferLimits limits) throws Throwable {
        return decodeBytes(Codec.encode(value, 100_000_000), limits);
    }

    private static Object decodeBytes(byte[] bytes, TransferLimits limits) throws Throwable {
        return new EncodedAnswer(true, bytes, LOADER, limits).decode();
    }

    private static Object nested(int levels) {
        Object deep = "end";
        for (int i = 1; i < levels; i++) {
            deep = new Node(deep);
        }
        return deep;
    }

    private static void refuses(Object value, UnaryOperator<TransferLimits> change, String reason) {
        assertThatThrownBy(() -> decode(value, change.apply(TransferLimits.defaults())))
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageStartingWith("the task returned, but its result cannot be read in this JVM: ")
                .hasMessageContaining(reason)
                .hasCauseInstanceOf(InvalidClassException.class);
    }

    @Test
    @Guarantee("6.3.1")
    void refusesWhatIsNestedTooDeeply() throws Throwable {
        assertThat(decode(nested(10), TransferLimits.defaults().depth(10))).isEqualTo(nested(10));
        refuses(nested(12), limits -> limits.depth(10), "it is nested more than 10 levels deep, at field 'next'");
    }

    /// A stack of the usual size does not even reach the limit.
    @Test
    @Guarantee("6.3.1")
    void refusesWhatIsNestedTooDeeplyForTheUsualLimit() throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var deep = new Thread(
                null,
                () -> refuses(nested(1_100), limits -> limits, "it is nested more than 1000 levels deep"),
                "deep",
                64 << 20);
        deep.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        deep.start();
        deep.join();

        assertThat(failure.get()).isNull();
    }

    @Test
    @Guarantee("6.3.1")
    void survivesWhatIsNestedTooDeeplyForTheStack() throws Exception {
        var bytes = new AtomicReference<byte[]>();
        var writer = new Thread(null, () -> bytes.set(encode(nested(50_000))), "writer", 512L << 20);
        writer.start();
        writer.join();

        assertThatThrownBy(
                        () -> decodeBytes(bytes.get(), TransferLimits.defaults().depth(1_000_000)))
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("it is nested too deeply for the stack of the thread that reads it");
    }

    private static byte[] encode(Object value) {
        try {
            return Codec.encode(value, 100_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Guarantee("6.3.1")
    void refusesTooManyObjects() throws Throwable {
        var nodes = IntStream.range(0, 100).mapToObj(Node::new).toList();

        assertThat(decode(nodes, TransferLimits.defaults().references(1_000))).isEqualTo(nodes);
        refuses(nodes, limits -> limits.references(50), "it holds more than 50 objects, at element ");
    }

    @Test
    @Guarantee("6.3.1")
    void refusesTooManyElementsInAllArraysTogether() throws Throwable {
        var arrays = List.of(new int[600], new long[600]);

        assertThat(decode(arrays, TransferLimits.defaults().elements(2_000))).isNotNull();
        refuses(
                arrays,
                limits -> limits.elements(1_000),
                "its arrays have at least 1202 elements, the last one is long[] of 600; at most 1000 are read,"
                        + " at element 1 (long[])");
    }

    /// A stream of a few bytes that announces an array of two gigabytes.
    @Test
    @Guarantee("6.3.1")
    void refusesAnArrayThatTheAnswerCannotHoldBeforeItIsMade() throws Throwable {
        byte[] bytes = Codec.encode(new long[1], 1_000);
        int length = bytes.length - Long.BYTES - Integer.BYTES;
        ByteBuffer.wrap(bytes).putInt(length, Integer.MAX_VALUE - 8);

        assertThatThrownBy(() -> decodeBytes(bytes, TransferLimits.defaults()))
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("long[] of 2147483639; at most ");
    }

    /// A few kilobytes that would take longer to hash than the universe is old: each set holds the next two, which hold
    /// the same two.
    @Test
    @Guarantee("6.3.1")
    void refusesSetsThatTakeForEverToHashByTheirDepth() {
        var root = new HashSet<Object>();
        var left = root;
        var right = new HashSet<Object>();
        for (int i = 0; i < 100; i++) {
            var nextLeft = new HashSet<Object>(List.of("different"));
            var nextRight = new HashSet<Object>();
            left.addAll(List.of(nextLeft, nextRight));
            right.addAll(List.of(nextLeft, nextRight));
            left = nextLeft;
            right = nextRight;
        }

        refuses(root, limits -> limits.depth(20), "it is nested more than 20 levels deep");
    }

    @Test
    void letsThroughWhateverIsHonest() throws Throwable {
        var map = new HashMap<Integer, Integer>(64, 0.25f);
        var identity = new IdentityHashMap<Object, Object>();
        var properties = new Properties();
        var bits = new BitSet();
        for (int i = 0; i < 50_000; i++) {
            map.put(i, null);
            identity.put(new Node(null), null);
            properties.setProperty("" + i, "");
            bits.set(64 * i);
        }
        var limits = TransferLimits.defaults();

        assertThat(decode(map, limits)).isEqualTo(map);
        assertThat((IdentityHashMap<?, ?>) decode(identity, limits)).hasSize(50_000);
        assertThat(decode(properties, limits)).isEqualTo(properties);
        assertThat(decode(bits, limits)).isEqualTo(bits);
        assertThat(decode(new HashSet<>(map.keySet()), limits)).isEqualTo(map.keySet());
        assertThat((Object[]) decode(new Object[1_000_000], limits)).hasSize(1_000_000);
        assertThat(decode(new byte[3_000_000], limits)).isEqualTo(new byte[3_000_000]);
    }

    @Test
    @Guarantee("6.3.2")
    void refusesClassesThatAreNotAllowedByName() throws Throwable {
        var page = new Node("text");

        refuses(
                List.of(page),
                limits -> limits.allowed(List.of("com.acme.**")),
                "class io.millhand.process.TransferLimitsTest$Node is not among those that are allowed, [com.acme.**],"
                        + " at element 0");
        for (var pattern : List.of("io.millhand.process.TransferLimitsTest$Node", "io.millhand.process.*", "io.**")) {
            assertThat(decode(page, TransferLimits.defaults().allowed(List.of(pattern))))
                    .isEqualTo(page);
            assertThat((Node[])
                            decode(new Node[] {page}, TransferLimits.defaults().allowed(List.of(pattern))))
                    .containsExactly(page);
        }
    }

    @Test
    @Guarantee("6.3.2")
    void alwaysAllowsTheValuesOfTheJdk() throws Throwable {
        var values = new ArrayList<Object>(List.of(
                1,
                "two",
                3.0,
                true,
                'c',
                BigInteger.TEN,
                Instant.EPOCH,
                ZonedDateTime.parse("2026-01-01T00:00Z[Europe/Paris]"),
                UUID.fromString("0-0-0-0-1"),
                TimeUnit.DAYS,
                Map.of("a", List.of(1)),
                new TreeSet<>(List.of(1)),
                new ConcurrentHashMap<>(Map.of(1, 2)),
                new ArrayList<>(List.of(1))));

        assertThat(decode(values, TransferLimits.defaults().allowed(List.of()))).isEqualTo(values);
        assertThat(decode(
                        new ArrayDeque<>(List.of(1)), TransferLimits.defaults().allowed(List.of())))
                .isInstanceOf(ArrayDeque.class);
        assertThat(decode(new int[][] {{1}}, TransferLimits.defaults().allowed(List.of())))
                .isInstanceOf(int[][].class);
        assertThat(decode(
                        new IOException("x", new Error("y")),
                        TransferLimits.defaults().allowed(List.of())))
                .isInstanceOf(IOException.class);
        refuses(new EnumMap<>(Map.of(Colour.RED, 1)), limits -> limits.allowed(List.of()), "$Colour is not among");
        refuses(new java.io.File("x"), limits -> limits.allowed(List.of()), "class java.io.File is not among");
    }

    @Test
    void tellsAnExceptionThatIsNotAllowedInText() {
        var thrown = new CustomException("mine");
        byte[] body = threw(thrown);

        assertThatThrownBy(() -> new EncodedAnswer(
                                false, body, LOADER, TransferLimits.defaults().allowed(List.of("com.acme.*")))
                        .decode())
                .isInstanceOf(RemoteTaskException.class)
                .hasMessage(CustomException.class.getName() + ": mine")
                .hasRootCauseInstanceOf(InvalidClassException.class);
    }

    private static final class CustomException extends Exception {
        private static final long serialVersionUID = 1;

        CustomException(String message) {
            super(message);
        }
    }

    private static byte[] threw(Throwable cause) {
        try {
            return new Wire.Threw(
                            new Wire.Hints(false, -1, List.of()),
                            cause.getClass().getName(),
                            String.valueOf(cause.getMessage()),
                            "",
                            cause.getStackTrace(),
                            Codec.encode(cause, 1_000_000))
                    .encode();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesLambdasWhateverIsAllowed() {
        SerializableCallable<Integer> call = () -> 1;

        refuses(call, limits -> limits.allowed(List.of("java.**", "io.**")), "it holds a lambda");
    }

    @Test
    void refusesAlsoWhereTheCodeThatReadsSwallowsTheRefusal() {
        SerializableCallable<Integer> call = () -> 1;

        assertThatThrownBy(() -> decode(new Swallowing(call), TransferLimits.defaults()))
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("it holds a lambda");
    }

    @Test
    void neverLetsThroughWhatAnotherFilterRefuses() {
        var filter = new AnswerFilter(TransferLimits.defaults().allowed(List.of("io.**")), 1_000);
        var other = ObjectInputFilter.Config.createFilter("!io.millhand.**");
        var info = new FakeInfo(Node.class, -1);

        assertThat(filter.checkInput(info)).isEqualTo(ObjectInputFilter.Status.UNDECIDED);
        assertThat(ObjectInputFilter.merge(filter, other).checkInput(info))
                .isEqualTo(ObjectInputFilter.Status.REJECTED);
        var generous = ObjectInputFilter.Config.createFilter("*");
        assertThat(ObjectInputFilter.merge(
                                new AnswerFilter(TransferLimits.defaults().elements(1), 1_000), generous)
                        .checkInput(new FakeInfo(int[].class, 2)))
                .isEqualTo(ObjectInputFilter.Status.REJECTED);
    }

    private record FakeInfo(Class<?> serialClass, long arrayLength) implements ObjectInputFilter.FilterInfo {

        @Override
        public long depth() {
            return 1;
        }

        @Override
        public long references() {
            return 1;
        }

        @Override
        public long streamBytes() {
            return 1;
        }
    }

    @Test
    void knowsWhetherAFilterAsksIt() {
        var filter = new AnswerFilter(TransferLimits.defaults(), 1_000);

        assertThat(filter.isAskedBy(ObjectInputFilter.merge(ObjectInputFilter.Config.createFilter("!x.*"), filter)))
                .isTrue();
        assertThat(filter.isAskedBy(_ -> ObjectInputFilter.Status.REJECTED)).isTrue();
        assertThat(filter.isAskedBy(ObjectInputFilter.Config.createFilter("*"))).isFalse();
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        var limits = TransferLimits.defaults();

        refusesLimit(() -> limits.depth(0), "depth must be at least 1, was 0");
        refusesLimit(() -> limits.bytes(1_023), "bytes must be at least 1024, was 1023");
        refusesLimit(() -> limits.bytes((1L << 30) + 1), "bytes must be at most 1073741824, was 1073741825");
        refusesLimit(() -> limits.references(0), "references must be at least 1, was 0");
        refusesLimit(() -> limits.elements(-1), "elements must be at least 1, was -1");
        for (var pattern : List.of("!com.acme.*", "*", "maxdepth=3", "a;b", "", "com.acme*", "java.base/java.util.*")) {
            refusesLimit(
                    () -> limits.allowed(List.of(pattern)),
                    "a pattern of allowed must be the name of a class, or a package and .* or .**"
                            + " (com.acme.Page, com.acme.*, com.acme.**), was '" + pattern + "'");
        }
    }

    private static void refusesLimit(org.assertj.core.api.ThrowableAssert.ThrowingCallable made, String message) {
        assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    /// Bytes that are not what they were become a failure of their task and nothing else.
    @Test
    @Guarantee("6.2.5")
    void failsATaskWhoseResultIsGarbage() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] stream = Codec.encode(
                new ArrayList<>(List.of(new Node("x"), Map.of("k", 1), TimeUnit.DAYS, new int[3], new Error("x"))),
                100_000);
        int failed = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = stream.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            var thrown = catchThrowable(() -> decodeBytes(mutated, TransferLimits.defaults()));
            if (thrown != null) {
                assertThat(thrown).as("seed %d, round %d", seed, i).isInstanceOf(RemoteTaskException.class);
                failed++;
            }
        }
        assertThat(failed).as("seed %d", seed).isGreaterThan(1_000);
    }
}
