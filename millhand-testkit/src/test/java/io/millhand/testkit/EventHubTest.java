package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EventHubTest {

    private static EventContract.Recorder subscribe(QueueRig rig) {
        var recorder = new EventContract.Recorder();
        rig.queue().events().subscribe(recorder);
        rig.time().settle();
        return recorder;
    }

    private static void run(QueueRig rig, int tasks) {
        for (int i = 0; i < tasks; i++) {
            rig.submit("task");
            rig.next().returns("value");
        }
    }

    @Test
    @Guarantee("5.13.1")
    void givesNoMoreThanWasAskedFor() {
        try (var rig = QueueRig.of(1, 1)) {
            var recorder = subscribe(rig);
            run(rig, 2);
            rig.time().settle();
            assertThat(recorder.events).isEmpty();
            recorder.request(2);
            rig.time().settle();
            assertThat(recorder.events).hasSize(2);
            recorder.request(100);
            rig.time().settle();
            assertThat(recorder.events).hasSize(6);
        }
    }

    @Test
    @Guarantee("5.13.2")
    void tellsOfAGapWhereItIs() {
        try (var rig = QueueRig.of(1, 1)) {
            var recorder = subscribe(rig);
            run(rig, 400);
            recorder.request(1_024);
            rig.time().settle();
            assertThat(recorder.events).hasSize(1_024).noneMatch(event -> event instanceof TaskEvent.Missed);
            recorder.request(10);
            run(rig, 1);
            rig.time().settle();
            assertThat(recorder.events.subList(1_024, recorder.events.size()))
                    .first()
                    .isEqualTo(new TaskEvent.Missed(176));
            assertThat(recorder.events).hasSize(1_024 + 1 + 3);
        }
    }

    @Test
    @Guarantee("5.13.2")
    void servesEachSubscriberForItself() {
        try (var rig = QueueRig.of(1, 1)) {
            var slow = subscribe(rig);
            var quick = subscribe(rig);
            quick.request(Long.MAX_VALUE);
            for (int i = 0; i < 500; i++) {
                run(rig, 1);
                rig.time().settle();
            }
            assertThat(quick.events).hasSize(1_500);
            assertThat(slow.events).isEmpty();
        }
    }

    /// Does what the test wants on the first event.
    private static final class Once implements Flow.Subscriber<TaskEvent> {
        final List<Object> signals = new ArrayList<>();
        private final long request;
        private final @Nullable RuntimeException onNext;
        private Flow.@Nullable Subscription subscription;

        Once(long request, @Nullable RuntimeException onNext) {
            this.request = request;
            this.onNext = onNext;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(request);
        }

        @Override
        public void onNext(TaskEvent event) {
            signals.add(event);
            if (onNext != null) {
                throw onNext;
            }
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable cause) {
            signals.add(cause);
        }

        @Override
        public void onComplete() {
            signals.add("completed");
        }
    }

    private static List<Object> signalsOf(Once subscriber) {
        try (var rig = QueueRig.of(1, 1)) {
            rig.queue().events().subscribe(subscriber);
            rig.time().settle();
            run(rig, 3);
            rig.time().settle();
        }
        return subscriber.signals;
    }

    @Test
    void givesNothingAfterACancel() {
        assertThat(signalsOf(new Once(100, null))).hasSize(1);
    }

    @Test
    void cancelsASubscriberThatThrows() {
        assertThat(signalsOf(new Once(100, new IllegalStateException("subscriber"))))
                .hasSize(1);
    }

    @Test
    void refusesARequestForNothing() {
        assertThat(signalsOf(new Once(0, null)))
                .singleElement()
                .isInstanceOfSatisfying(
                        IllegalArgumentException.class, e -> assertThat(e).hasMessage("request must be at least 1"));
    }
}
