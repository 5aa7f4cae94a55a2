package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SubjectTest {

    @Test
    void readsWhatAProgramSays() {
        assertThat(Subject.pairs("cold_first 12.5\nversion 3.11 spawn\n\nnoise\n"))
                .containsOnly(entry("cold_first", "12.5"), entry("version", "3.11 spawn"));
    }

    @Test
    void aProgramThatIsNotThereHasNoVersion() {
        assertThat(new Subject("none", List.of("/nonexistent/program")).version())
                .isEmpty();
    }
}
