package io.millhand;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A queue with a limit in front of a scripted service, in virtual time: one thread, one seed, no clock.
///
/// Demand is a number of tasks that wait; it is without end unless a script says otherwise.
final class LimitSimulation {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    /// The limit that is tried: ours, or one of a rival.
    interface Gate {

        /// As [Permits#tryAcquire(long)].
        long tryAcquire(long now);

        /// As [Permits#release(long, long, Permits.Ending)].
        void release(long now, long elapsedNanos, Permits.Ending ending);

        int limit();

        static Gate of(Limit limit) {
            return of(Permits.of(limit, 0));
        }

        static Gate of(Permits permits) {
            return new Gate() {
                @Override
                public long tryAcquire(long now) {
                    return permits.tryAcquire(now);
                }

                @Override
                public void release(long now, long elapsedNanos, Permits.Ending ending) {
                    permits.release(now, elapsedNanos, ending);
                }

                @Override
                public int limit() {
                    return permits.limit();
                }
            };
        }
    }

    /// What the limit protects.
    interface Service {

        /// Answers later, or never.
        void call(LimitSimulation simulation, Call call);
    }

    /// One attempt.
    final class Call {
        private final long startedAt = now;

        void answerAfter(long nanos, Permits.Ending ending) {
            at(now + nanos, () -> end(ending));
        }

        private void end(Permits.Ending ending) {
            gate.release(now, now - startedAt, ending);
            measure.ended(now, now - startedAt, ending);
            dispatch();
        }
    }

    private record Event(long time, long serial, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> {
        int byTime = Long.compare(a.time, b.time);
        return byTime != 0 ? byTime : Long.compare(a.serial, b.serial);
    });
    private final Gate gate;
    private final Service service;
    private final LimitMeasure measure = new LimitMeasure();
    private final RandomGenerator random;
    private long now;
    private long serial;
    private long demand;
    private long wakeAt = Long.MAX_VALUE;

    LimitSimulation(Gate gate, Service service, long seed) {
        this.gate = gate;
        this.service = service;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    long now() {
        return now;
    }

    RandomGenerator random() {
        return random;
    }

    void at(long time, Runnable action) {
        events.add(new Event(time, serial++, action));
    }

    /// So many more tasks wait.
    void demand(long tasks) {
        demand += tasks;
        dispatch();
    }

    LimitMeasure run(long until) {
        for (var event = events.peek(); event != null && event.time <= until; event = events.peek()) {
            events.remove();
            now = event.time;
            event.action.run();
        }
        return measure;
    }

    private void dispatch() {
        while (demand > 0) {
            long wait = gate.tryAcquire(now);
            if (wait > 0) {
                wakeAfter(wait);
                return;
            }
            demand--;
            measure.started(now, gate.limit());
            service.call(this, new Call());
        }
    }

    private void wakeAfter(long wait) {
        if (wait == Permits.ON_RELEASE || now + wait >= wakeAt) {
            return;
        }
        long time = now + wait;
        wakeAt = time;
        at(time, () -> {
            if (wakeAt == time) {
                wakeAt = Long.MAX_VALUE;
            }
            dispatch();
        });
    }
}
