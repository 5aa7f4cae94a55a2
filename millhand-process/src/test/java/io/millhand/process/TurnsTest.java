package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.CrashReport;
import io.millhand.MemoryCause;
import io.millhand.spi.AttemptEnding;
import io.millhand.spi.EncodedBroadcast;
import io.millhand.testkit.Guarantee;
import io.millhand.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final VirtualTime time = VirtualTime.ofSeed(1);
    private final List<String> log = new ArrayList<>();
    private final LostTask first = new LostTask();
    private final Turns turns = new Turns(new LoggingTarget(), time);

    private boolean debugged;

    private final class LoggingTarget implements Turns.Target {
        @Override
        public void send(Frame frame) {
            log.add(frame.kind() + " " + frame.task());
        }

        @Override
        public void send(Delivery delivery) {
            log.add("broadcast " + delivery.number);
        }

        @Override
        public boolean isDebugged() {
            return debugged;
        }

        @Override
        public void afterOutput(Delivery delivery, Runnable action) {
            action.run();
        }

        @Override
        public void kill(String reason) {
            log.add(reason);
        }
    }

    @Test
    @Guarantee("5.8.2")
    void waitsForTheAttemptAndHoldsTheNextOne() {
        var delivery = announce(1);
        assertThat(log).containsExactly("broadcast 1");
        answer(1);
        log.clear();

        assign(7);
        var second = announce(2);
        assign(8);
        assertThat(log).containsExactly("ASSIGN 7");
        turns.attemptOver();
        assertThat(log).containsExactly("ASSIGN 7", "broadcast 2");
        assertThat(second.ending).isNotDone();
        answer(2);

        assertThat(log).containsExactly("ASSIGN 7", "broadcast 2", "ASSIGN 8");
        assertThat(delivery.ending).isDone();
        assertThat(second.ending).isDone();
    }

    @Test
    @Guarantee("5.8.3")
    void runsBroadcastsInOrderOneAfterAnother() {
        assign(7);
        assign(8);
        announce(1);
        announce(2);
        turns.attemptOver();
        assertThat(log).containsExactly("ASSIGN 7", "ASSIGN 8");
        turns.attemptOver();
        assertThat(log).containsExactly("ASSIGN 7", "ASSIGN 8", "broadcast 1");
        answer(2); // by a child that counts badly
        answer(1);
        answer(1);
        assertThat(log).containsExactly("ASSIGN 7", "ASSIGN 8", "broadcast 1", "broadcast 2");
    }

    @Test
    @Guarantee("5.8.6")
    void killsAtTheLimitAndTellsTheStack() {
        var delivery = announce(1);
        time.advance(LIMIT.minusNanos(1));
        assertThat(log).containsExactly("broadcast 1");
        time.advance(Duration.ofNanos(1));
        turns.received(new Frame(FrameKind.STACK, 1, 0, Wire.encodeText("a.B.c(B.java:7)")));
        assertThat(log).startsWith("broadcast 1", "STACK_REQUEST 1").hasSize(3);
        answer(1); // too late
        assertThat(delivery.ending).isNotDone();
        turns.died(TurnsTest::report);

        var ending = delivery.ending.join();
        assertThat(ending.ending()).isEqualTo(new AttemptEnding.Killed("a.B.c(B.java:7)", false));
        assertThat(ending.elapsed()).isEqualTo(LIMIT);
        assertThat(turns.diedInBroadcast()).isTrue();
    }

    @Test
    @Guarantee("5.8.6")
    void countsTheLimitFromTheTurnAndNotWhileADebuggerIsThere() {
        assign(7);
        var delivery = announce(1);
        time.advance(LIMIT.multipliedBy(2));
        debugged = true;
        turns.attemptOver();
        time.advance(LIMIT.multipliedBy(2));
        assertThat(log).containsExactly("ASSIGN 7", "broadcast 1");
        answer(1);
        assertThat(delivery.ending.join().ending()).isInstanceOf(AttemptEnding.Answered.class);
        assertThat(time.waiting()).isZero();
    }

    @Test
    @Guarantee("5.8.6")
    void endsAllAtTheDeathOfTheChildAndKnowsWhatWasNotSent() {
        var delivery = announce(1);
        var next = announce(2);
        assertThat(turns.send(first, Frame.of(FrameKind.ASSIGN, 7, 1), true)).isTrue();
        turns.died(TurnsTest::report);
        answer(1);

        assertThat(List.of(delivery, next))
                .allSatisfy(each -> assertThat(each.ending.join().ending()).isInstanceOf(AttemptEnding.Crashed.class));
        assertThat(turns.diedInBroadcast()).isTrue();
        assertThat(turns.holds(first)).isTrue();
        assertThat(log).containsExactly("broadcast 1");
        assertThat(turns.add(new Delivery(3, broadcast()))).isFalse();
    }

    @Test
    @Guarantee("5.8.2")
    void givesBackAnAttemptThatWasNotSent() {
        announce(1);
        assertThat(turns.send(first, Frame.of(FrameKind.ASSIGN, 7, 1), true)).isTrue();

        assertThat(turns.withdraw(first)).isTrue();
        assertThat(turns.withdraw(first)).isFalse();
        answer(1);
        assertThat(log).containsExactly("broadcast 1");
    }

    @Test
    @Guarantee("5.8.2")
    void countsTheWaitForAnAttemptFromWhenItWasSent() {
        long given = time.nanoTime();
        assertThat(turns.sentNanos(given)).isEqualTo(given);
        announce(1);
        assign(7);
        time.advance(Duration.ofSeconds(3));
        answer(1);

        assertThat(turns.sentNanos(given)).isEqualTo(time.nanoTime());
    }

    @Test
    @Guarantee("5.8.7")
    void endsAllAsTakenBackWhenTheQueueCloses() {
        var delivery = announce(1);
        var next = announce(2);
        turns.whenQuiet(() -> log.add("STOP"));
        assertThat(log).containsExactly("broadcast 1");
        turns.cancel();
        answer(1);

        assertThat(List.of(delivery, next))
                .allSatisfy(each -> assertThat(each.ending.join().ending()).isEqualTo(new AttemptEnding.TakenBack()));
        assertThat(log).containsExactly("broadcast 1", "STOP");
    }

    @Test
    @Guarantee("5.8.2")
    void letsAChildLeaveAfterItsBroadcasts() {
        announce(1);
        announce(2);
        turns.whenQuiet(() -> log.add("STOP"));
        answer(1);
        answer(2);

        assertThat(log).containsExactly("broadcast 1", "broadcast 2", "STOP");
        assertThat(turns.add(new Delivery(3, broadcast()))).isFalse();
    }

    private Delivery announce(long number) {
        var delivery = new Delivery(number, broadcast());
        assertThat(turns.add(delivery)).isTrue();
        turns.proceed();
        return delivery;
    }

    private static EncodedBroadcast broadcast() {
        var call = new EncodedCall(
                Parcel.of(new byte[0]),
                ClassLoader.getSystemClassLoader(),
                TransferLimits.defaults(),
                List.of(),
                List.of());
        return new EncodedBroadcast("hello", call, Optional.empty(), true, LIMIT);
    }

    private void assign(long task) {
        assertThat(turns.send(first, Frame.of(FrameKind.ASSIGN, task, 1), true)).isTrue();
    }

    private void answer(long number) {
        turns.received(Frame.of(FrameKind.RETURNED, number, 0));
    }

    private static CrashReport report(long number) {
        return new CrashReport(
                "test#1",
                1,
                OptionalInt.of(1),
                Optional.empty(),
                MemoryCause.NONE,
                "",
                List.of(),
                "",
                "",
                number,
                0,
                Duration.ZERO,
                Optional.empty(),
                "",
                false);
    }
}
