package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.NotTransferableException;
import io.millhand.SerializableCallable;
import io.millhand.SerializableFunction;
import io.millhand.spi.SharedValue;
import io.millhand.testkit.Guarantee;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LambdaSiteTest {

    private static final ClassLoader LOADER = LambdaSiteTest.class.getClassLoader();
    private static final ProcessCarrier CARRIER = new ProcessCarrier(1 << 20, TransferLimits.defaults());

    private interface Marker {}

    private record Own(int number) implements Serializable {
        int plus(int other) {
            return number + other;
        }
    }

    private record Holder(int number) implements Serializable {
        SerializableCallable<Integer> five() {
            return () -> number + 5;
        }
    }

    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException {
            throw new IOException("unreadable on purpose");
        }
    }

    /// What a child has been told.
    private static final class Told implements TaskParts {
        private final Map<Integer, CodeSite> sites = new HashMap<>();

        void learn(EncodedCall call) throws IOException {
            for (var site : call.sites()) {
                sites.put(site.number(), CodeSite.read(site.definition()));
            }
        }

        @Override
        public @Nullable CodeSite site(int number) {
            return sites.get(number);
        }

        @Override
        public SharedValue find(long id) {
            return SharedValue.gone();
        }
    }

    private static EncodedCall encoded(Callable<?> call) {
        return (EncodedCall) CARRIER.encode(call);
    }

    private static Callable<?> decoded(EncodedCall call) throws Exception {
        var told = new Told();
        told.learn(call);
        return (Callable<?>)
                Codec.decodeTask(new ByteArrayInputStream(call.call().bytes()), call.loader(), told);
    }

    private static Object result(SerializableCallable<?> call) throws Exception {
        var encoded = encoded(call);
        assertThat(CompactReader.isCompact(encoded.call().bytes()))
                .as("compact")
                .isTrue();
        return decoded(encoded).call();
    }

    private static <T> SerializableCallable<T> call(SerializableCallable<T> call) {
        return call;
    }

    @Test
    @Guarantee("6.2.10")
    void sendsOfALambdaItsNumberAndWhatItCaptured() throws Exception {
        int number = 42_000;
        var call = encoded(call(() -> number + 1));

        assertThat(call.call().bytes()).hasSize(1 + 4 + 1 + 1 + 4);
        assertThat(call.sites()).hasSize(1);
        assertThat(decoded(call).call()).isEqualTo(42_001);
    }

    @Test
    @Guarantee("6.2.10")
    void makesLambdasOfEveryKind() throws Exception {
        var list = new ArrayList<>(List.of("a", "b"));
        var text = "text";
        var marked = (SerializableCallable<Integer> & Marker) () -> 7;
        SerializableFunction<String, Integer> length = String::length;
        SerializableFunction<Integer, List<Object>> maker = ArrayList::new;

        assertThat(result(() -> 1)).isEqualTo(1);
        assertThat(result(list::size)).isEqualTo(2);
        assertThat(result(() -> length.apply(text))).isEqualTo(4);
        assertThat(result(() -> maker.apply(3))).isEqualTo(List.of());
        assertThat(decoded(encoded(marked))).isInstanceOf(Marker.class);
        assertThat(result(() -> call(() -> list.getFirst() + text).call())).isEqualTo("atext");
        long wide = 1L << 40;
        char letter = 'x';
        boolean truth = true;
        double fraction = 0.5;
        assertThat(result(() -> wide + " " + letter + " " + truth + " " + fraction))
                .isEqualTo((1L << 40) + " x true 0.5");
    }

    @Test
    @Guarantee("6.2.10")
    void keepsTogetherWhatTwoLambdasShare() throws Exception {
        var list = new ArrayList<String>();
        SerializableCallable<Boolean> add = () -> list.add("x");
        SerializableCallable<Integer> size = list::size;

        assertThat(result(() -> add.call() ? size.call() : -1)).isEqualTo(1);
        assertThat(list).isEmpty();
    }

    @Test
    @Guarantee("6.2.10")
    void sendsOfOtherThingsWhatJdkSerializationMakesOfThem() throws Exception {
        var own = new Own(3);
        var call = encoded(call(() -> own.plus(4)));
        byte[] captured = Codec.serialize(new Object[] {own}, 1 << 20, Codec.Witness.NONE);

        assertThat(call.call().bytes()).hasSize(1 + 4 + captured.length).endsWith(captured);
        assertThat(call.sites()).hasSize(1);
        assertThat(decoded(call).call()).isEqualTo(7);
    }

    @Test
    @Guarantee("6.2.10")
    @SuppressWarnings("ReferenceEquality") // that is what it is about
    void keepsWhatOtherThingsShare() throws Exception {
        var own = new Own(3);
        var list = new ArrayList<Object>(List.of(own));
        SerializableCallable<Boolean> inner = () -> list.getFirst() == own;

        assertThat(result(() -> list.getFirst() == own && inner.call())).isEqualTo(true);
        assertThat(result(new Holder(3).five())).isEqualTo(8);
    }

    @Test
    @Guarantee("6.2.8")
    void tellsWhatOfOtherThingsCannotBeRead() {
        var list = new ArrayList<Object>(List.of(new Own(1), new Unreadable()));
        var call = encoded(call(() -> list.size()));

        assertThatThrownBy(() -> decoded(call))
                .hasMessage("unreadable on purpose")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .asString()
                        .endsWith("the task could not be read in the child, at captured value 1 (java.util.ArrayList)"
                                + " -> element 1 (io.millhand.process.LambdaSiteTest$Unreadable)"));
    }

    @Test
    @Guarantee("6.2.10")
    void leavesALambdaThatHoldsItselfToJdkSerialization() {
        var holder = new ArrayList<Object>();
        SerializableCallable<Integer> call = holder::size;
        holder.add(call);

        assertThat(CompactWriter.encodeTask(call, 1 << 20, true, Codec.Witness.NONE))
                .isNull();
    }

    @Test
    @Guarantee("5.7.2")
    void tellsOfCapturesThatCannotTravelAsEver() {
        var thread = Thread.currentThread();

        assertThatThrownBy(() -> CARRIER.encode(call(thread::getName)))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("not serializable is captured value 1 (java.lang.Thread)");
    }

    @Test
    void givesEachPlaceOneNumber() {
        var first = new ArrayList<EncodedCall>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            first.add(encoded(call(() -> number)));
        }
        var other = encoded(call(() -> -1));

        assertThat(first.get(1).sites())
                .isEqualTo(first.get(0).sites())
                .isEqualTo(first.get(2).sites());
        assertThat(other.sites()).doesNotContainAnyElementsOf(first.getFirst().sites());
    }

    @Test
    @Guarantee("6.2.10")
    void canTakeItsCodeAlong() throws Exception {
        int number = 5;
        SerializableCallable<Integer> inner = () -> number;
        var call = encoded(call(() -> inner.call() + 1));

        var decoded = Codec.decodeTask(new ByteArrayInputStream(call.whole()), LOADER, _ -> SharedValue.gone());

        assertThat(call.sites()).hasSize(2);
        assertThat(((Callable<?>) decoded).call()).isEqualTo(6);
    }

    @Test
    void refusesCodeThatItWasNotTold() {
        var call = encoded(call(() -> 1));

        assertThatThrownBy(() -> Codec.decodeTask(
                        new ByteArrayInputStream(call.call().bytes()), LOADER, _ -> SharedValue.gone()))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("code must have come before the tasks that run it");
    }

    @Test
    void refusesLambdasInAnswersOfThisForm() {
        var id = new UUID(1, 2);
        byte[] bytes = encoded(call(id::toString)).call().bytes();

        assertThatThrownBy(() -> Codec.decodeAnswer(Parcel.of(bytes), LOADER, TransferLimits.defaults()))
                .hasMessageContaining("it holds a lambda, which is code that this JVM did not send, at the top")
                .hasCauseInstanceOf(InvalidClassException.class);
        assertThat(CompactWriter.encode(call(id::toString), 1 << 20)).isNull();
    }

    @Test
    @Guarantee("6.2.8")
    void tellsWhereATaskCouldNotBeRead() throws Exception {
        var inner = encoded(call(() -> 1));
        String definition = new String(inner.sites().getFirst().definition(), StandardCharsets.ISO_8859_1);
        var site = CodeSite.read(definition.replace("lambda$", "lumbda$").getBytes(StandardCharsets.ISO_8859_1));
        var missing =
                CodeSite.read(definition.replace("io.millhand", "io.wellhand").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() ->
                        Codec.decodeTask(new ByteArrayInputStream(inner.call().bytes()), LOADER, known(site)))
                .isInstanceOf(InvalidObjectException.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("the task could not be read in the child, at the top"));
        assertThatThrownBy(() ->
                        Codec.decodeTask(new ByteArrayInputStream(inner.call().bytes()), LOADER, known(missing)))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining("io.wellhand.process.LambdaSiteTest");
    }

    private static TaskParts known(CodeSite site) {
        return new TaskParts() {
            @Override
            public CodeSite site(int number) {
                return site;
            }

            @Override
            public SharedValue find(long id) {
                return SharedValue.gone();
            }
        };
    }
}
