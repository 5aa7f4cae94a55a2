package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.NotTransferableException;
import io.millhand.RemoteTaskException;
import io.millhand.SerializableCallable;
import io.millhand.spi.SharedValue;
import io.millhand.testkit.Guarantee;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CodecTest {

    private static final ClassLoader LOADER = CodecTest.class.getClassLoader();
    private static final TransferLimits LIMITS = TransferLimits.defaults();

    private static final class Hostile implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) {
            throw new IllegalStateException("no");
        }
    }

    private record Node(Object next) implements Serializable {}

    /// What the initializers of interfaces have done.
    private static final List<String> INITIALIZED = new CopyOnWriteArrayList<>();

    interface Known {
        default void greet() {}
    }

    /// Has a name as long as the other. One with a default method is initialized with each class that implements
    /// it.
    interface Shady {
        int NUMBER = initialized();

        default void greet() {}

        private static int initialized() {
            INITIALIZED.add("Shady");
            return 1;
        }
    }

    private record Handler() implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return "handled";
        }
    }

    private static byte[] encodedProxy() throws IOException {
        return Codec.encode(Proxy.newProxyInstance(LOADER, new Class<?>[] {Known.class}, new Handler()), 10_000);
    }

    @Test
    void bringsAProxyBack() throws Throwable {
        var proxy = new EncodedAnswer(true, encodedProxy(), LOADER, LIMITS).decode();

        assertThat(proxy).isInstanceOf(Known.class).hasToString("handled");
    }

    @Test
    @Guarantee("6.3.2")
    void bringsAProxyBackWhoseInterfacesAreAllowed() throws Throwable {
        var limits = LIMITS.allowed(List.of("io.millhand.process.*", "java.lang.reflect.Proxy"));

        assertThat(new EncodedAnswer(true, encodedProxy(), LOADER, limits).decode())
                .isInstanceOf(Known.class);
    }

    @Test
    @Guarantee("6.3.2")
    void initializesNoInterfaceOfAProxyBeforeItIsAllowed() throws Exception {
        var text = new String(encodedProxy(), StandardCharsets.ISO_8859_1).replace("$Known", "$Shady");
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> new EncodedAnswer(true, bytes, LOADER, LIMITS.allowed(List.of("com.acme.*"))).decode())
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("CodecTest$Shady is not among those that are allowed");
        assertThat(INITIALIZED).isEmpty();
    }

    @Test
    @Guarantee("6.2.5")
    void tellsAFailureThatIsDamaged() {
        byte[] whole = new Wire.Threw(
                        new Wire.Hints(false, -1, List.of()),
                        "com.acme.Broken",
                        "it broke",
                        "",
                        new StackTraceElement[0],
                        new byte[0])
                .encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> new EncodedAnswer(false, torn, LOADER, LIMITS).decode())
                    .isInstanceOf(RemoteTaskException.class)
                    .hasMessageStartingWith("the task failed, but what it threw cannot be read in this JVM: ")
                    .hasCauseInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void bringsATaskBackThatRuns() throws Exception {
        int captured = 20;
        SerializableCallable<Integer> call = () -> captured + 22;

        var decoded =
                Codec.decodeTask(new ByteArrayInputStream(Codec.encode(call, 10_000)), LOADER, _ -> SharedValue.gone());

        assertThat(((SerializableCallable<?>) decoded).call()).isEqualTo(42);
    }

    @Test
    void refusesLambdasInAnswers() throws Exception {
        SerializableCallable<Integer> call = () -> 1;
        byte[] bytes = Codec.encode(call, 10_000);

        assertThatThrownBy(() -> Codec.decodeAnswer(Parcel.of(bytes), LOADER, LIMITS))
                .hasCauseInstanceOf(InvalidClassException.class);
        assertThatThrownBy(() -> new EncodedAnswer(true, bytes, LOADER, LIMITS).decode())
                .isInstanceOf(RemoteTaskException.class)
                .hasMessageContaining("its result cannot be read in this JVM")
                .hasCauseInstanceOf(InvalidClassException.class);
    }

    @Test
    void refusesATaskAboveTheCeilingAndSaysSo() {
        var payload = new byte[5_000];
        SerializableCallable<Integer> call = () -> payload.length;

        assertThatThrownBy(() -> new ProcessCarrier(4_000, LIMITS).encode(call))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("it has more than the 4000 bytes that the receiver takes");
    }

    @Test
    void turnsWhateverEncodingThrowsIntoOneException() {
        var hostile = new Hostile();
        SerializableCallable<String> throwing = () -> String.valueOf(hostile.hashCode());
        Object deep = "end";
        for (int i = 0; i < 100_000; i++) {
            deep = new Node(deep);
        }
        var chain = deep;
        SerializableCallable<Object> nested = () -> chain;
        var carrier = new ProcessCarrier(100_000_000, LIMITS);

        assertThatThrownBy(() -> carrier.encode(throwing))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("serializing it threw java.lang.IllegalStateException: no");
        assertThatThrownBy(() -> carrier.encode(nested))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void tellsAFailureWhoseClassIsUnknownInText() {
        var frames = new StackTraceElement[] {new StackTraceElement("com.acme.Job", "run", "Job.java", 12)};
        var threw = new Wire.Threw(
                new Wire.Hints(false, -1, List.of()),
                "com.acme.Broken",
                "it broke",
                "the whole stack",
                frames,
                new byte[] {1, 2, 3});

        assertThatThrownBy(() -> new EncodedAnswer(false, threw.encode(), LOADER, LIMITS).decode())
                .isInstanceOfSatisfying(RemoteTaskException.class, failure -> {
                    assertThat(failure).hasMessage("com.acme.Broken: it broke");
                    assertThat(failure.remoteClass()).isEqualTo("com.acme.Broken");
                    assertThat(failure.remoteStack()).isEqualTo("the whole stack");
                    assertThat(failure.getStackTrace()).containsExactly(frames);
                });
    }
}
