package io.millhand;

import static io.millhand.LimitSimulation.MILLI;
import static io.millhand.LimitSimulation.SECOND;

import io.millhand.LimitSimulation.Call;
import io.millhand.LimitSimulation.Service;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/// Services to be limited.
final class LimitServices {

    private LimitServices() {}

    /// Around a mean, by a fifth more or less.
    static ToLongFunction<RandomGenerator> about(long meanNanos) {
        return random -> (long) (meanNanos * random.nextDouble(0.8, 1.2));
    }

    /// Exponential: from nearly nothing to several times the mean.
    static ToLongFunction<RandomGenerator> exponential(long meanNanos) {
        return random -> (long) (meanNanos * -StrictMath.log(1 - random.nextDouble()));
    }

    /// One in ten takes fifty times as long.
    static ToLongFunction<RandomGenerator> mixed(long shortNanos) {
        return random ->
                about(random.nextInt(10) == 0 ? 50 * shortNanos : shortNanos).applyAsLong(random);
    }

    /// So many servers, as a function of the second, in front of which calls wait without bound.
    static Service queueing(IntUnaryOperator servers, ToLongFunction<RandomGenerator> serviceTime) {
        return new Queueing(servers, _ -> serviceTime, Integer.MAX_VALUE);
    }

    /// So many servers, whose time for a call is a function of the second.
    static Service changing(int servers, IntFunction<ToLongFunction<RandomGenerator>> serviceTime) {
        return new Queueing(_ -> servers, serviceTime, Integer.MAX_VALUE);
    }

    /// So many servers and places to wait; who finds none fails at once.
    static Service shedding(int servers, int places, ToLongFunction<RandomGenerator> serviceTime) {
        return new Queueing(_ -> servers, _ -> serviceTime, places);
    }

    /// Takes so many calls in each second of the clock and refuses the others until the next one begins.
    static Service quotaBySecond(int quota, ToLongFunction<RandomGenerator> latency) {
        return new Service() {
            private long second;
            private int used;

            @Override
            public void call(LimitSimulation simulation, Call call) {
                long now = simulation.now();
                if (now / SECOND != second) {
                    second = now / SECOND;
                    used = 0;
                }
                if (used < quota) {
                    used++;
                    call.answerAfter(latency.applyAsLong(simulation.random()), Permits.Ending.SUCCEEDED);
                } else {
                    refuse(call, (second + 1) * SECOND - now);
                }
            }
        };
    }

    /// A bucket of tokens with a burst of a second's quota; says after what time there will be the next token.
    static Service quotaByTokens(int quota, ToLongFunction<RandomGenerator> latency) {
        return new Service() {
            private final TokenBucket bucket = new TokenBucket(quota, SECOND, quota, 0);

            @Override
            public void call(LimitSimulation simulation, Call call) {
                long wait = bucket.waitNanos(simulation.now());
                if (wait == 0) {
                    bucket.take(simulation.now());
                    call.answerAfter(latency.applyAsLong(simulation.random()), Permits.Ending.SUCCEEDED);
                } else {
                    refuse(call, wait);
                }
            }
        };
    }

    private static void refuse(Call call, long retryAfterNanos) {
        call.answerAfter(2 * MILLI, new Permits.Ending.Overloaded(Math.max(0, retryAfterNanos - 2 * MILLI)));
    }

    /// Answers each call in the same way during an outage.
    static Service broken(Service service, LongPredicate outage, long answerNanos, Permits.Ending ending) {
        return (simulation, call) -> {
            if (outage.test(simulation.now() / SECOND)) {
                call.answerAfter(answerNanos, ending);
            } else {
                service.call(simulation, call);
            }
        };
    }

    private static final class Queueing implements Service {
        private final IntUnaryOperator servers;
        private final IntFunction<ToLongFunction<RandomGenerator>> serviceTime;
        private final int places;
        private final ArrayDeque<Call> waiting = new ArrayDeque<>();
        private int busy;

        private Queueing(
                IntUnaryOperator servers, IntFunction<ToLongFunction<RandomGenerator>> serviceTime, int places) {
            this.servers = servers;
            this.serviceTime = serviceTime;
            this.places = places;
        }

        @Override
        public void call(LimitSimulation simulation, Call call) {
            if (waiting.size() >= places) {
                call.answerAfter(MILLI, Permits.Ending.FAILED);
                return;
            }
            waiting.add(call);
            serve(simulation);
        }

        private void serve(LimitSimulation simulation) {
            int second = (int) (simulation.now() / SECOND);
            while (!waiting.isEmpty() && busy < servers.applyAsInt(second)) {
                var call = waiting.remove();
                busy++;
                long time = serviceTime.apply(second).applyAsLong(simulation.random());
                simulation.at(simulation.now() + time, () -> {
                    busy--;
                    serve(simulation);
                });
                call.answerAfter(time, Permits.Ending.SUCCEEDED);
            }
        }
    }
}
