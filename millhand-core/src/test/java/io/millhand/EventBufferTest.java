package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventBufferTest {

    private final EventBuffer buffer = new EventBuffer();

    private static TaskEvent said(long task, String text) {
        return new TaskEvent.Said(task, "task", Said.text(task, text));
    }

    private static TaskEvent progressed(long task, long done) {
        return new TaskEvent.Progressed(task, "task", new Progress(done, 0, ""));
    }

    private static TaskEvent started(long task) {
        return new TaskEvent.Started(task, "task", 1, "queue");
    }

    private List<TaskEvent> taken() {
        var taken = new ArrayList<TaskEvent>();
        while (!buffer.isEmpty()) {
            taken.add(buffer.take());
        }
        return taken;
    }

    @Test
    void keepsTheLatestOfEachTaskOnlyAndAtTheFirstOnesPlace() {
        buffer.offer(started(1));
        for (int i = 0; i <= 100_000; i++) {
            buffer.offer(said(1, "text " + i));
            buffer.offer(progressed(1, i));
            buffer.offer(said(2, "text " + i));
        }
        buffer.offer(started(3));
        assertThat(taken())
                .containsExactly(
                        started(1), said(1, "text 100000"), progressed(1, 100_000), said(2, "text 100000"), started(3));
        buffer.offer(said(1, "later"));
        assertThat(taken()).containsExactly(said(1, "later"));
    }

    @Test
    void tellsNothingBeforeAFactThatCameBeforeIt() {
        buffer.offer(said(1, "first attempt"));
        var retrying = new TaskEvent.Retrying(
                1, "task", new Attempt(1, "queue", Duration.ZERO, Attempt.Ending.FAILED), Duration.ZERO);
        buffer.offer(retrying);
        buffer.offer(said(1, "second attempt"));
        assertThat(taken()).containsExactly(said(1, "first attempt"), retrying, said(1, "second attempt"));
    }

    @Test
    void missesNoFactForWhatTasksSay() {
        for (int task = 0; task < 3_000; task++) {
            buffer.offer(said(task, "text"));
        }
        for (int task = 0; task < EventBuffer.MOST; task++) {
            buffer.offer(started(task));
        }
        buffer.offer(started(-1));
        buffer.offer(progressed(0, 1));
        buffer.tellGap();
        assertThat(taken())
                .hasSize(1_024 + EventBuffer.MOST + 1)
                .endsWith(new TaskEvent.Missed(1))
                .filteredOn(TaskEvent.Started.class::isInstance)
                .hasSize(EventBuffer.MOST);
        buffer.offer(said(5_000, "again"));
        assertThat(taken()).containsExactly(said(5_000, "again"));
    }

    @Test
    void keepsNoMoreCharactersThanItMay() {
        String longest = "x".repeat(Message.MOST_CHARS);
        for (int task = 0; task < 200; task++) {
            buffer.offer(said(task, longest));
            buffer.offer(said(task, longest));
        }
        assertThat(taken()).hasSize(TaskMessages.MOST_CHARS / Message.MOST_CHARS);
        buffer.offer(said(1, longest));
        assertThat(taken()).hasSize(1);
    }
}
