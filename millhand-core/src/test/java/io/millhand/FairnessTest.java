package io.millhand;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shares in numbers, on a fresh queue and on one that has run ten million tasks.
final class FairnessTest {

    private static final Callable<String> NOTHING = () -> "";

    private final Dispatcher dispatcher =
            new Dispatcher(QueueConfig.defaults(), new SystemBackend("queue"), Runnable::run, Runnable::run);
    private final ReadyTasks ready = new ReadyTasks(Order.FAIR);
    private final SlotTable slots = new SlotTable();
    private long serial;

    FairnessTest() {
        slots.add(new IdleWorker("worker", 1), new PoolHost(dispatcher, "queue", Set.of()));
    }

    private void add(Task<String> task) {
        ready.add(new TaskRun<>(dispatcher, ++serial, task, Encoded.NOT));
    }

    private TaskRun<?> startOne() {
        var choice = requireNonNull(ready.next(slots, dispatcher.backend()), "a task is ready");
        ready.ended(new AttemptRun(choice.run(), 1, choice, Optional.empty()), Permits.Ending.SUCCEEDED, 0);
        slots.giveBack(choice.entry(), false);
        return choice.run();
    }

    /// Ten million tasks of a series that nobody else competes with.
    private void age(int tasks) {
        var task = Task.of(NOTHING).series("old");
        for (int i = 0; i < tasks; i++) {
            add(task);
            startOne();
        }
    }

    private Map<String, Integer> shares(int starts) {
        var shares = new HashMap<String, Integer>();
        for (int i = 0; i < starts; i++) {
            shares.merge(startOne().task().name(), 1, Integer::sum);
        }
        return shares;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000_000})
    void twoSeriesShareAlike(int before) {
        age(before);
        for (var series : new String[] {"old", "new"}) {
            for (int i = 0; i < 10_000; i++) {
                add(Task.of(NOTHING).series(series).named(series));
            }
        }
        assertThat(shares(10_000).get("new")).isCloseTo(5_000, Percentage.withPercentage(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000_000})
    void nicenessTenGetsHalfOfNicenessZero(int before) {
        age(before);
        for (int i = 0; i < 10_000; i++) {
            add(Task.of(NOTHING).niceness(10).named("ten"));
            add(Task.of(NOTHING).named("zero"));
        }
        var shares = shares(9_000);
        assertThat(shares.get("zero")).isCloseTo(6_000, Percentage.withPercentage(5));
        assertThat(shares.get("ten")).isCloseTo(3_000, Percentage.withPercentage(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000_000})
    void aSeriesThatReturnsDoesNotRunAheadOfTheOthers(int before) {
        add(Task.of(NOTHING).series("returns"));
        startOne();
        age(before);
        for (int i = 0; i < 1_000; i++) {
            add(Task.of(NOTHING).series("old").named("old"));
            add(Task.of(NOTHING).series("returns").named("returns"));
        }
        assertThat(shares(1_000).get("returns")).isCloseTo(500, Percentage.withPercentage(2));
    }
}
