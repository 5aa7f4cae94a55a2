package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import io.millhand.spi.SharedValue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class SharedValueTest {

    private static final Duration CEILING = Duration.ofSeconds(60);

    /// Does something while its payload is looked up.
    private static final class Meddler implements Carrier {
        private Runnable meanwhile = () -> {};

        @Override
        public Payload encode(Callable<?> call) {
            throw new UnsupportedOperationException("shared values only");
        }

        @Override
        public Payload encodeShared(Object value) {
            return () -> 1;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            meanwhile.run();
            return 1;
        }
    }

    @Test
    void forgetsAValueThatIsReleasedWhileItsFormIsLookedUp() {
        var carrier = new Meddler();
        var shared = SharedValue.of(new byte[1_000_000]);
        var value = new WeakReference<>(shared.value());
        assertThat(shared.encoded(carrier).bytes()).isOne();

        carrier.meanwhile = () -> CompletableFuture.runAsync(shared::release).join();
        assertThat(shared.encoded(carrier).bytes())
                .as("as if it had come before")
                .isOne();
        long begin = System.nanoTime();
        while (value.get() != null && System.nanoTime() - begin < CEILING.toNanos()) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(value.get()).isNull();
        assertThatIllegalStateException().isThrownBy(shared::value).withMessageContaining("closed");
    }
}
