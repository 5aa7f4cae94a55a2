package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableCallable;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FieldPathTest {

    private static final class Engine {}

    @SuppressWarnings({"unused", "serial"}) // found by reflection; not serializable on purpose
    private static final class Car implements Serializable {
        private static final long serialVersionUID = 1;
        private final String name = "car";
        private final transient Engine spare = new Engine();
        private final Object engine;

        Car(Object engine) {
            this.engine = engine;
        }
    }

    private record Garage(List<Object> cars) implements Serializable {}

    @Test
    void namesACapturedValue() {
        var engine = new Engine();
        SerializableCallable<String> call = () -> "" + engine.hashCode();

        assertThat(FieldPath.toCulprit(call)).contains("captured value 1 (io.millhand.process.FieldPathTest$Engine)");
    }

    @Test
    void namesTheFieldsOnTheWay() {
        String first = "serializable";
        var garage = new Garage(new ArrayList<>(List.of("x", new Car(new Engine()))));
        SerializableCallable<String> call = () -> first + garage.cars().size();

        assertThat(FieldPath.toCulprit(call))
                .contains("captured value 2 (io.millhand.process.FieldPathTest$Garage)"
                        + " -> field 'cars' (java.util.ArrayList)"
                        + " -> element 1 (io.millhand.process.FieldPathTest$Car)"
                        + " -> field 'engine' (io.millhand.process.FieldPathTest$Engine)");
    }

    @Test
    void namesTheMethodThatForcedACapturedThis() {
        SerializableCallable<String> call = () -> toString();

        assertThat(FieldPath.toCulprit(call))
                .contains("captured 'this', which the lambda in method 'namesTheMethodThatForcedACapturedThis' uses"
                        + " (io.millhand.process.FieldPathTest)");
    }

    @Test
    void looksIntoMapsArraysAndLambdas() {
        Map<String, Object> map = new HashMap<>();
        map.put("key", new Object[] {1, new Engine()});
        SerializableCallable<Object> inner = () -> map;
        SerializableCallable<Object> call = () -> inner.call();

        assertThat(FieldPath.toCulprit(call).orElseThrow())
                .contains("the value of key 'key'")
                .endsWith("element 1 (io.millhand.process.FieldPathTest$Engine)");
    }

    @Test
    void survivesKeysThatDoNotTellThemselves() {
        Map<Object, Object> map = new HashMap<>();
        map.put(
                new Object() {
                    @Override
                    public String toString() {
                        throw new AssertionError("hostile");
                    }
                },
                new Engine());

        assertThat(FieldPath.toCulprit(map)).isPresent();
    }

    @Test
    void endsOnCyclesAndFindsNothingInWhatIsSerializable() {
        var ring = new ArrayList<Object>();
        ring.add(new Car(ring));

        assertThat(FieldPath.toCulprit(ring)).isEmpty();
    }

    @Test
    void goesThroughClassesThatReflectionMayNotOpen() {
        assertThat(FieldPath.toCulprit(new AtomicReference<>(new Engine())))
                .contains("field 'value' (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(Collections.unmodifiableList(new ArrayList<>(List.of(new Engine())))))
                .contains(
                        "field 'c' (java.util.ArrayList)" + " -> element 0 (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(new ConcurrentHashMap<>(Map.of("motor", new Engine()))))
                .contains("the value of key 'motor' (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(List.of("a", "b", new Engine())))
                .contains("element 2 (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(new TreeMap<>(Map.of(1, new Engine()))))
                .contains("the value of a key (io.millhand.process.FieldPathTest$Engine)");
    }

    @Test
    void namesTheRootWhereThatIsTheCulprit() {
        assertThat(FieldPath.toCulprit(new Engine()))
                .contains("the object itself (io.millhand.process.FieldPathTest$Engine)");
    }

    /// Writes something before its fields, or no fields at all.
    @SuppressWarnings({"serial", "UnusedVariable"}) // not serializable on purpose; read by nobody but the stream
    private static final class OwnForm implements Serializable {
        private static final long serialVersionUID = 1;
        private final long number = 7;
        private final Object held;
        private final transient Object late;
        private final transient boolean withFields;

        OwnForm(Object held, Object late, boolean withFields) {
            this.held = held;
            this.late = late;
            this.withFields = withFields;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeUTF("before");
            if (withFields) {
                out.defaultWriteObject();
            }
            out.writeInt(2);
            out.writeObject(late);
        }
    }

    @Test
    void knowsWhetherAClassThatWritesItselfWroteItsFields() {
        assertThat(FieldPath.toCulprit(new OwnForm(List.of(new Engine()), "x", true)))
                .contains("field 'held' (java.util.CollSer)"
                        + " -> element 0 (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(new OwnForm("y", new Engine(), true)))
                .contains("element 0 (io.millhand.process.FieldPathTest$Engine)");
        assertThat(FieldPath.toCulprit(new OwnForm(List.of(new Engine()), new Engine(), false)))
                .contains("element 0 (io.millhand.process.FieldPathTest$Engine)");
    }

    private static final class Throwing implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new IOException("no");
        }
    }

    @Test
    void namesTheObjectWhoseOwnCodeThrows() {
        assertThat(FieldPath.toCulprit(new ArrayList<>(List.of("x", new Throwing()))))
                .contains("element 1 (io.millhand.process.FieldPathTest$Throwing)");
    }

    @Test
    void tellsALongWayByItsEnds() {
        Object deep = new Engine();
        for (int i = 0; i < 40; i++) {
            deep = new Car(deep);
        }

        assertThat(FieldPath.toCulprit(deep).orElseThrow())
                .startsWith("field 'engine' (io.millhand.process.FieldPathTest$Car) -> ")
                .contains(" -> ... 24 more ... -> ")
                .endsWith(" -> field 'engine' (io.millhand.process.FieldPathTest$Engine)");
    }

    @Test
    void cutsLongKeys() {
        assertThat(FieldPath.toCulprit(new HashMap<>(Map.of("k".repeat(1_000), new Engine()))))
                .contains("the value of key '" + "k".repeat(40) + "...' (io.millhand.process.FieldPathTest$Engine)");
    }

    /// Whatever a child sends is walked to some end.
    @Test
    void survivesBytesThatAreNoStream() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        SerializableCallable<Integer> lambda = () -> 1;
        byte[] stream = Codec.encode(
                List.of(
                        new Car(new HashMap<>(Map.of("k", 1))),
                        TimeUnit.DAYS,
                        lambda,
                        new int[3],
                        new IOException("x")),
                100_000);
        int whole = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = stream.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0x70 + n);
            }
            int read = 1 + random.nextInt(mutated.length);
            var path = FieldPath.ofReading(mutated, read);
            assertThat(path.orElse("").lines()).as("seed %d, round %d", seed, i).hasSizeLessThan(1_000);
            whole += FieldPath.rootClass(mutated)
                            .filter("java.util.CollSer"::equals)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(whole).as("seed %d", seed).isGreaterThan(1_000);
    }
}
