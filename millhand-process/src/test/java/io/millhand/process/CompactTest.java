package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millhand.RemoteTaskException;
import io.millhand.spi.SharedValue;
import io.millhand.testkit.Guarantee;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompactTest {

    private static final ClassLoader LOADER = CompactTest.class.getClassLoader();
    private static final long CEILING = 1 << 28;

    private static Object compactCopy(Object value) throws IOException {
        byte[] bytes = CompactWriter.encode(value, CEILING);
        assertThat(bytes).as("compact %s", value.getClass()).isNotNull();
        return Codec.decodeAnswer(Parcel.of(bytes), LOADER, TransferLimits.defaults());
    }

    private static Object serializedCopy(Object value) throws IOException {
        return Codec.decodeAnswer(
                Parcel.of(Codec.serialize(value, CEILING, Codec.Witness.NONE)), LOADER, TransferLimits.defaults());
    }

    /// Class, equality, shared references, cycles and the order of tables.
    @Test
    @Guarantee("6.2.9")
    void bringsBackJustWhatJdkSerializationBringsBack() throws IOException {
        long seed = System.nanoTime();
        int compact = 0;
        for (int i = 0; i < 3_000; i++) {
            var graph = new RandomGraph(new Random(seed + i)).make();
            byte[] bytes = Codec.encode(graph, CEILING);
            compact += CompactReader.isCompact(bytes) ? 1 : 0;

            var copy = Codec.decodeAnswer(Parcel.of(bytes), LOADER, TransferLimits.defaults());

            assertThat(SameGraph.difference(serializedCopy(graph), copy))
                    .as("seed %d, graph %d", seed, i)
                    .isEmpty();
        }
        assertThat(compact).as("seed %d", seed).isBetween(1_500, 2_990);
    }

    @Test
    @Guarantee("6.2.9")
    void keepsOneObjectOneAndTwoTwo() throws IOException {
        var text = new String("text");
        var large = Integer.valueOf(1_000);
        var list = new ArrayList<Object>(List.of(text, text, new String("text"), large, large));

        var copy = (List<?>) compactCopy(list);

        assertThat(copy).isEqualTo(list);
        assertThat(copy.get(1)).isSameAs(copy.get(0)).isNotSameAs(copy.get(2));
        assertThat(copy.get(4)).isSameAs(copy.get(3));
    }

    @Test
    @Guarantee("6.2.9")
    void bringsBackWhatHoldsItself() throws IOException {
        var list = new ArrayList<Object>();
        var array = new Object[] {list, null};
        array[1] = array;
        list.add(array);

        var copy = (List<?>) compactCopy(list);

        var inner = (Object[]) copy.getFirst();
        assertThat(inner[0]).isSameAs(copy);
        assertThat(inner[1]).isSameAs(inner);
    }

    @Test
    void leavesToJdkSerializationWhatItCannotSee() {
        var inAccessOrder = new LinkedHashMap<String, Integer>(16, 0.75f, true);
        Object deep = new ArrayList<>();
        for (int i = 0; i < CompactTag.MOST_DEPTH; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        var own = new ArrayList<>() {
            private static final long serialVersionUID = 1;
        };
        var ring = new Object[1];
        ring[0] = List.of((Object) ring);

        for (Object other : List.of(
                inAccessOrder, new TreeMap<>(), deep, own, new Integer[1], new int[0][], Thread.State.NEW, ring[0])) {
            assertThat(CompactWriter.encode(other, CEILING))
                    .as("%s", other.getClass())
                    .isNull();
        }
    }

    @Test
    void tellsListsThatTakeNullsFromThoseThatThrow() throws IOException {
        var withNulls = (List<?>) compactCopy(Stream.of(1, 2, 3).toList());
        var without = (List<?>) compactCopy(List.of(1, 2, 3));

        assertThat(withNulls.contains(null)).isFalse();
        assertThatThrownBy(() -> without.contains(null)).isInstanceOf(NullPointerException.class);
        assertThat(without.getClass()).isEqualTo(withNulls.getClass());
        assertThat(compactCopy(List.of())).isSameAs(List.of());
    }

    @Test
    @Guarantee("6.2.3")
    void refusesWhatIsAboveTheCeiling() throws IOException {
        assertThat(Codec.encode(new byte[100], 105)).hasSize(105);
        assertThatThrownBy(() -> Codec.encode(new byte[101], 105))
                .hasMessageContaining("more than the 105 bytes that the receiver takes");
        assertThatThrownBy(() -> Codec.encode(new long[1 << 27], 1 << 20))
                .hasMessageContaining("more than the 1048576 bytes that the receiver takes");
    }

    private static void refuses(Object value, UnaryOperator<TransferLimits> change, String reason) {
        byte[] bytes = CompactWriter.encode(value, CEILING);
        var limits = change.apply(TransferLimits.defaults());
        assertThatThrownBy(() -> new EncodedAnswer(true, bytes, LOADER, limits).decode())
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("its result cannot be read in this JVM: " + reason)
                .hasCauseInstanceOf(InvalidClassException.class);
    }

    @Test
    @Guarantee("6.3.1")
    void obeysTheLimits() throws Throwable {
        Object nested = "end";
        for (int i = 1; i < 12; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        var texts = new String[] {"a", "b", "c"};

        assertThat(new EncodedAnswer(true, Codec.encode(nested, CEILING), LOADER, limits().depth(12)).decode())
                .isEqualTo(nested);
        refuses(nested, limits -> limits.depth(10), "it is nested more than 10 levels deep, at element 0 -> element 0");
        refuses(
                List.of("x", texts),
                limits -> limits.references(4),
                "it holds more than 4 objects, at element 1 -> element 1 (java.lang.String)");
        refuses(
                List.of(new int[600], new long[600]),
                limits -> limits.elements(1_000),
                "its arrays have at least 1202 elements, the last one is long[] of 600; at most 1000 are read,"
                        + " at element 1 (long[])");
        for (var table :
                List.of(new HashMap<>(Map.of(1, 2)), new HashSet<>(Set.of(1, 2)), new ArrayList<>(List.of(1, 2)))) {
            refuses(table, limits -> limits.elements(1), "its arrays have at least ");
        }
    }

    private static TransferLimits limits() {
        return TransferLimits.defaults();
    }

    /// The tables that collections have inside are those that JDK serialization asks a filter about.
    @Test
    @Guarantee("6.3.1")
    void countsTheElementsThatJdkSerializationCounts() throws IOException {
        for (int size : new int[] {0, 1, 2, 5, 12, 13, 24, 100, 1_000}) {
            var list = new ArrayList<Object>();
            for (int i = 0; i < size; i++) {
                list.add("" + i);
            }
            for (Object value : List.of(list, new HashSet<>(list), List.copyOf(list), mapOf(list), Set.copyOf(list))) {
                byte[] serialized = Codec.serialize(value, CEILING, Codec.Witness.NONE);
                byte[] compact = CompactWriter.encode(value, CEILING);

                assertThat(leastElements(compact))
                        .as("%s of %d", value.getClass(), size)
                        .isEqualTo(leastElements(serialized));
            }
        }
    }

    /// The smallest limit within which it is read.
    private static long leastElements(byte[] bytes) {
        long low = 1;
        long high = 1 << 16;
        while (low < high) {
            long middle = (low + high) / 2;
            var limits = TransferLimits.defaults().elements(middle);
            if (catchThrowable(() -> Codec.decodeAnswer(Parcel.of(bytes), LOADER, limits)) == null) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static Object mapOf(List<Object> keys) {
        var map = new HashMap<Object, Object>();
        keys.forEach(key -> map.put(key, true));
        return map;
    }

    @Test
    @Guarantee("6.2.5")
    void refusesAnyLengthThatIsNotThere() throws IOException {
        for (Object value : List.of(
                "text",
                new byte[8],
                new long[2],
                new Object[3],
                new ArrayList<>(List.of(1)),
                new HashMap<>(Map.of(1, 2)))) {
            byte[] bytes = Codec.encode(value, CEILING);
            for (int length : new int[] {-1, Integer.MIN_VALUE, 1_000, Integer.MAX_VALUE}) {
                ByteBuffer.wrap(bytes).putInt(1, length);

                assertThatThrownBy(() -> Codec.decodeAnswer(Parcel.of(bytes), LOADER, TransferLimits.defaults()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(", at the top (" + CompactTag.typeName(bytes[0]) + ")");
            }
        }
    }

    @Test
    @Guarantee("6.2.5")
    void refusesBytesThatAreCutOrGoOn() throws IOException {
        byte[] whole = Codec.encode(new ArrayList<>(List.of(1, "two", 3.0, new byte[4], Map.of("k", 5L))), CEILING);

        for (int length = 1; length < whole.length + 2; length++) {
            byte[] other = Arrays.copyOf(whole, length);
            if (length != whole.length) {
                assertThatThrownBy(() -> Codec.decodeAnswer(Parcel.of(other), LOADER, TransferLimits.defaults()))
                        .as("%d of %d bytes", length, whole.length)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static byte[] large(int value) {
        byte[] large = new byte[Parcel.LEAST_APART + value];
        Arrays.fill(large, (byte) value);
        return large;
    }

    @Test
    @Guarantee("6.2.12")
    void keepsLargeArraysApartAndTakesThemAsTheyAre() throws IOException {
        byte[] first = large(1);
        byte[] small = new byte[Parcel.LEAST_APART - 1];
        var parcel = Codec.encodeParcel(new ArrayList<>(List.of(first, "text", small, first, large(2))), CEILING);

        var copy = (List<?>) Codec.decodeAnswer(parcel, LOADER, limits());

        assertThat(parcel.arrays()).containsExactly(large(1), large(2));
        assertThat(parcel.bytes()).hasSizeBetween(small.length, small.length + 100);
        assertThat(copy).usingRecursiveComparison().isEqualTo(List.of(large(1), "text", small, large(1), large(2)));
        assertThat(copy.get(0)).isSameAs(copy.get(3)).isSameAs(first);
        assertThat(parcel.copied().arrays()).containsExactly(large(1), large(2));
        assertThat(parcel.copied().arrays().getFirst()).isNotSameAs(first);
    }

    @Test
    @Guarantee("6.2.12")
    void copiesTheLargeArraysOfATask() throws IOException {
        byte[] large = large(1);
        var parcel = Codec.encodeTask(new ArrayList<>(List.of(large)), CEILING, true, Codec.Witness.NONE);

        Arrays.fill(large, (byte) 9);

        assertThat(parcel.arrays()).containsExactly(large(1));
    }

    @Test
    @Guarantee("6.2.12")
    void readsATaskWithLargeArraysFromOnePiece() throws Exception {
        byte[] large = large(3);
        var parcel = Codec.encodeTask(new ArrayList<>(List.of(large, 7)), CEILING, true, Codec.Witness.NONE);

        byte[] whole = CompactWriter.whole(parcel, List.of());

        assertThat(Codec.decodeTask(new ByteArrayInputStream(whole), LOADER, _ -> SharedValue.gone()))
                .usingRecursiveComparison()
                .isEqualTo(List.of(large, 7));
    }

    @Test
    @Guarantee({"6.2.3", "6.3.1"})
    void countsLargeArraysAsWhatTheyHold() throws IOException {
        var value = List.of(large(1), large(2));
        long size = Codec.encodeParcel(value, CEILING).size();

        assertThat(Codec.encodeParcel(value, size).size()).isEqualTo(size);
        assertThatThrownBy(() -> Codec.encodeParcel(value, size - 1))
                .hasMessageContaining("more than the " + (size - 1) + " bytes that the receiver takes");
        assertThatThrownBy(() ->
                        Codec.decodeAnswer(Codec.encodeParcel(value, CEILING), LOADER, limits().elements(100_000)))
                .hasMessageContaining("its arrays have at least 131077 elements, the last one is byte[] of 65538");
    }

    @Test
    @Guarantee("6.2.5")
    void refusesMoreArraysAndFewer() throws IOException {
        var parcel = Codec.encodeParcel(List.of(large(1), large(2)), CEILING);

        assertThatThrownBy(() -> Codec.decodeAnswer(new Parcel(parcel.bytes(), List.of(large(1))), LOADER, limits()))
                .hasMessageContaining("an array of 65538 bytes must have come apart, came none");
        assertThatThrownBy(() ->
                        Codec.decodeAnswer(new Parcel(parcel.bytes(), List.of(large(1), large(3))), LOADER, limits()))
                .hasMessageContaining("an array of 65538 bytes must have come apart, came one of 65539");
        assertThatThrownBy(() -> Codec.decodeAnswer(
                        new Parcel(parcel.bytes(), List.of(large(1), large(2), large(1))), LOADER, limits()))
                .hasMessageContaining("the value must hold all arrays that came, one more had 65537 bytes");
    }
}
