package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.SerializableCallable;
import io.millhand.testkit.Guarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeavyCapturesTest {

    private final List<String> told = new ArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            told.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final Logger logger = Logger.getLogger("io.millhand.process");

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private static Callable<?> capturing(byte[] bytes) {
        SerializableCallable<Integer> call = () -> bytes.length;
        return call;
    }

    @Test
    @Guarantee("5.19.6")
    void tellsOnceOfTasksThatTakeMuchAlongRepeatedly() {
        var carrier = new ProcessCarrier(1 << 30, TransferLimits.defaults());
        for (int i = 0; i < 5; i++) {
            var _ = carrier.encode(capturing(new byte[1000]));
        }
        var _ = carrier.encode(capturing(new byte[3 << 20]));
        assertThat(told).isEmpty();

        for (int i = 0; i < 5; i++) {
            var _ = carrier.encode(capturing(new byte[3 << 20]));
        }
        assertThat(told).hasSize(1);
        assertThat(told.getFirst())
                .contains("a task of io.millhand.process.HeavyCapturesTest")
                .contains("3.0 MiB")
                .contains("captured value 1 (byte[])")
                .contains("queue.share(value)");
    }
}
