package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VirtualTimeTest {

    private final VirtualTime time = VirtualTime.ofSeed(7);
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsWhatIsDueInTheOrderOfTimeAndThenOfArrival() {
        time.schedule(20, () -> ran.add("20 at " + time.elapsed().toNanos()));
        time.schedule(10, () -> ran.add("10 at " + time.elapsed().toNanos()));
        time.schedule(10, () -> ran.add("10 again"));
        time.execute(() -> ran.add("now"));
        time.start("thread", () -> ran.add("started"));
        assertThat(ran).isEmpty();
        time.advance(Duration.ofNanos(19));
        assertThat(ran).containsExactly("now", "started", "10 at 10", "10 again");
        assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(19));
        time.advance(Duration.ofNanos(1));
        assertThat(ran).endsWith("20 at 20");
    }

    @Test
    void runsWhatBecomesDueOnTheWay() {
        time.schedule(10, () -> time.schedule(5, () -> ran.add("15")));
        time.advance(Duration.ofNanos(15));
        assertThat(ran).containsExactly("15");
    }

    @Test
    void forgetsWhatIsCalledOff() {
        var timer = time.schedule(10, () -> ran.add("never"));
        timer.cancel();
        timer.cancel();
        assertThat(time.waiting()).isZero();
        assertThat(time.next()).isFalse();
    }

    @Test
    void goesFromOneActionToTheNext() {
        time.schedule(1_000, () -> ran.add("late"));
        time.schedule(Long.MAX_VALUE, () -> ran.add("last"));
        assertThat(time.next()).isTrue();
        assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(1_000));
        assertThat(ran).containsExactly("late");
    }

    @Test
    void overflowsItsClockAfterTenSeconds() {
        long start = time.nanoTime();
        time.advance(Duration.ofSeconds(11));
        assertThat(time.nanoTime()).isNegative();
        assertThat(time.nanoTime() - start).isEqualTo(11_000_000_000L);
    }

    @Test
    void drawsTheSameNumbersFromTheSameSeed() {
        assertThat(VirtualTime.ofSeed(7).random(1_000_000)).isEqualTo(time.random(1_000_000));
    }
}
