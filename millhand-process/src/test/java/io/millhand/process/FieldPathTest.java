package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableCallable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
}
