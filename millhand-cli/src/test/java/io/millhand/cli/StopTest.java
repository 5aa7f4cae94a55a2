package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StopTest {

    private final List<String> done = new ArrayList<>();
    private final Display display =
            new Display(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, false);
    private final Stop stop = new Stop(display, Duration.ofHours(1), code -> done.add("exit " + code));

    @Test
    void drainsThenKillsThenExits() {
        govern();
        stop.accept(2);
        assertThat(done).containsExactly("drain");
        stop.accept(15);
        assertThat(done).containsExactly("drain", "kill");
        stop.accept(15);
        assertThat(done).containsExactly("drain", "kill", "exit 143");
        assertThat(stop.signal()).isEqualTo(OptionalInt.of(2));
    }

    @Test
    void exitsAtOnceOnASignalBeforeTheRun() {
        stop.accept(2);
        assertThat(done).containsExactly("exit 130");
    }

    @Test
    void knowsOfNoSignalAtFirst() {
        assertThat(stop.signal()).isEmpty();
    }

    private void govern() {
        stop.govern(() -> done.add("drain"), () -> done.add("kill"));
    }
}
