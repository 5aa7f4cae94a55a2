package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.MapOptions;
import io.millhand.Source;
import io.millhand.TaskQueue;
import io.millhand.ThreadWorkers;
import io.millhand.spi.AttemptEnding;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The workloads of a guide to many slow calls with few consumers.
final class GuideWorkloadsTest {

    /// An endless source that knows how far it is ahead of what was read.
    private static final class Ahead implements Iterator<Integer> {
        private final int end;
        private int drawn;
        private int read;
        private int most;

        Ahead(int end) {
            this.end = end;
        }

        @Override
        public boolean hasNext() {
            return drawn < end;
        }

        @Override
        public Integer next() {
            drawn++;
            most = Math.max(most, drawn - read);
            return drawn;
        }
    }

    @Test
    void runsAThousandTasksOfASecondOnFiftyConsumersInTwentySeconds() {
        var second = new ScriptedWorkers.Script(Duration.ofSeconds(1), new AttemptEnding.Returned("done"));
        var time = VirtualTime.ofSeed(1);
        var workers = ScriptedWorkers.playing(50, 1, _ -> second);
        try (var rig = QueueRig.of(workers, time)) {
            var reader = new Collector<Object>();
            var inputs = Source.of(IntStream.range(0, 1000).iterator());
            try (var results =
                    rig.queue().map(inputs, n -> n, MapOptions.defaults().window(100))) {
                results.publisher().subscribe(reader);
                time.settle();
                reader.subscription().request(Long.MAX_VALUE);
                time.advance(Duration.ofMillis(19_999));
                assertThat(reader.isOver()).isFalse();
                time.advance(Duration.ofMillis(1));
                assertThat(reader.isOver()).isTrue();
                assertThat(reader.values()).hasSize(1000);
            }
        }
    }

    @Test
    @Guarantee("5.10.2")
    void runsAMillionTasksWithoutReadingMoreThanTheWindowAhead() {
        var inputs = new Ahead(1_000_000);
        try (var queue = TaskQueue.on(ThreadWorkers.of(2));
                var results = queue.map(
                        Source.of(inputs), n -> n, MapOptions.defaults().window(100))) {
            for (int result : results) {
                inputs.read++;
                if (result != inputs.read) {
                    throw new AssertionError("result " + result + " at position " + inputs.read);
                }
            }
        }
        assertThat(inputs.read).isEqualTo(1_000_000);
        assertThat(inputs.most).isEqualTo(100);
    }
}
