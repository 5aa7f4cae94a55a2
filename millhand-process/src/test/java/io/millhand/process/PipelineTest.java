package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PipelineTest {

    private final Pipeline pipeline = new Pipeline();
    private long nowNanos = 1;

    private void answers(int count, long eachNanos) {
        for (int i = 0; i < count; i++) {
            long sent = nowNanos;
            nowNanos += eachNanos;
            pipeline.answered(sent, nowNanos);
        }
    }

    private static long micros(long count) {
        return TimeUnit.MICROSECONDS.toNanos(count);
    }

    @Test
    void beginsWithNothing() {
        assertThat(pipeline.depth()).isZero();
        answers(3, micros(20));
        assertThat(pipeline.depth()).isZero();
    }

    @Test
    void sendsAMillisecondOfWorkAhead() {
        answers(200, micros(100));
        assertThat(pipeline.depth()).isBetween(9, 10);
        answers(200, micros(250));
        assertThat(pipeline.depth()).isBetween(3, 4);
    }

    @Test
    void sendsNothingAheadOfLongTasks() {
        answers(200, micros(1_500));
        assertThat(pipeline.depth()).isZero();
    }

    @Test
    void isBoundedForTheTiniestTasks() {
        answers(200, 1);
        assertThat(pipeline.depth()).isEqualTo(256);
    }

    @Test
    void forgetsALongTaskSoon() {
        answers(200, micros(10));
        answers(1, TimeUnit.HOURS.toNanos(1));
        assertThat(pipeline.depth()).isLessThan(3);
        answers(40, micros(10));
        assertThat(pipeline.depth()).isGreaterThan(20);
    }

    @Test
    void countsAnAttemptThatWaitedFromTheAnswerBeforeIt() {
        for (int i = 0; i < 200; i++) {
            nowNanos += micros(100);
            pipeline.answered(1, nowNanos); // all were sent in the beginning
        }
        assertThat(pipeline.depth()).isBetween(9, 10);
    }

    @Test
    void beginsAnewWithAnotherChild() {
        answers(200, micros(10));
        pipeline.beginAnew();
        assertThat(pipeline.depth()).isZero();
        answers(1, micros(10));
        assertThat(pipeline.depth()).isZero();
    }

    @Test
    void sendsNothingBehindATaskThatHasTakenLonger() {
        answers(200, micros(10));
        pipeline.begun(nowNanos);

        assertThat(pipeline.depthAt(nowNanos + micros(1_000))).isEqualTo(pipeline.depth());
        assertThat(pipeline.depthAt(nowNanos + micros(1_001))).isZero();
        nowNanos += micros(5_000);
        answers(1, micros(10));
        assertThat(pipeline.depthAt(nowNanos)).isPositive();
    }

    @Test
    void remembersHowMuchFitsWhileThereIsNothingToDo() {
        answers(200, micros(10));
        pipeline.idle();

        assertThat(pipeline.depthAt(nowNanos + TimeUnit.HOURS.toNanos(1))).isEqualTo(pipeline.depth());
        pipeline.begun(nowNanos);
        assertThat(pipeline.depthAt(nowNanos + micros(1_100))).isZero();
    }
}
