package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is kept of the messages of a task, and what is told of the rest.
final class TaskMessagesTest {

    private final AtomicLong now = new AtomicLong(5);
    private final List<Message> received = new ArrayList<>();

    private final class Receiver implements Flow.Subscriber<Message> {
        private final long demand;

        Receiver(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            if (demand > 0) {
                subscription.request(demand);
            }
        }

        @Override
        public void onNext(Message message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable cause) {
            throw new AssertionError("no error was expected", cause);
        }

        @Override
        public void onComplete() {}
    }

    private TaskMessages messages(Reporting reporting) {
        return new TaskMessages(reporting, Runnable::run, now::get);
    }

    private static Message message(String text) {
        return Said.text(1, text);
    }

    @Test
    void keepsNoMoreCharactersThanItMay() {
        var messages = messages(Reporting.DEFAULT);
        String longest = "x".repeat(Message.MOST_CHARS);
        int fitting = TaskMessages.MOST_CHARS / Message.MOST_CHARS;
        for (int i = 0; i < 3 * fitting; i++) {
            assertThat(messages.append(message(longest))).isEqualTo(TaskMessages.Fate.TOLD);
        }
        messages.subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(received).hasSize(fitting + 1);
        assertThat(received.getFirst().lost()).isEqualTo(2L * fitting);
    }

    @Test
    void tellsWhoFallsBehindWhatItHasMissedWhereThatIs() {
        var messages = messages(Reporting.DEFAULT);
        messages.subscribe(new Receiver(3));
        for (int i = 0; i < 3 * TaskMessages.MOST; i++) {
            messages.append(message("message " + i));
        }
        assertThat(received).extracting(Message::text).containsExactly("message 0", "message 1", "message 2");
        received.clear();
        messages.subscribe(new Receiver(2));
        assertThat(received)
                .extracting(Message::text)
                .containsExactly(
                        2 * TaskMessages.MOST + " messages were lost here", "message " + 2 * TaskMessages.MOST);
    }

    @Test
    void holdsATaskToItsRateAndLetsItGoOnLater() {
        var messages = messages(new Reporting(2, Optional.empty()));
        messages.subscribe(new Receiver(Long.MAX_VALUE));
        for (int i = 0; i < 5; i++) {
            messages.append(message("message " + i));
        }
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        messages.append(message("message 5"));
        messages.append(message("message 6"));
        assertThat(messages.append(message("message 7"))).isEqualTo(TaskMessages.Fate.BEYOND_LIMIT);
        messages.complete();
        messages.wake();
        assertThat(messages.append(message("message 8"))).isEqualTo(TaskMessages.Fate.TOO_LATE);
        assertThat(received)
                .extracting(Message::text)
                .containsExactly(
                        "message 0",
                        "message 1",
                        "3 messages were lost here",
                        "message 5",
                        "message 6",
                        "1 messages were lost here");
    }

    @Test
    void keepsTheLastOnesAfterTheEnd() {
        var messages = messages(Reporting.DEFAULT);
        for (int i = 0; i < 250; i++) {
            messages.append(message("message " + i));
        }
        messages.complete();
        messages.afterwards().subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(received).hasSize(101);
        assertThat(received.getFirst().lost()).isEqualTo(150);
        assertThat(received.getLast().text()).isEqualTo("message 249");
    }
}
