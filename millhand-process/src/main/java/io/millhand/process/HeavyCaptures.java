package io.millhand.process;

import io.millhand.spi.MappedCall;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/// Tells once of tasks that take a lot along each time that they are submitted, since shared values exist.
final class HeavyCaptures {

    private static final System.Logger LOG = System.getLogger("io.millhand.process");

    static final long HEAVY_BYTES = 1 << 20;

    /// The first one may be the only one.
    private static final int OFTEN = 2;

    private static final ClassValue<AtomicInteger> TIMES = new ClassValue<>() {
        @Override
        protected AtomicInteger computeValue(Class<?> type) {
            return new AtomicInteger();
        }
    };

    private HeavyCaptures() {}

    /// Called for each task that was encoded. Costs a comparison for most.
    static void noticed(Callable<?> call, long bytes) {
        if (bytes > HEAVY_BYTES && TIMES.get(codeOf(call)).incrementAndGet() == OFTEN) {
            tell(call, bytes);
        }
    }

    /// Where the task stands in the user's code.
    private static Class<?> codeOf(Callable<?> call) {
        return call instanceof MappedCall mapped ? mapped.function().value().getClass() : call.getClass();
    }

    private static void tell(Callable<?> call, long bytes) {
        var parts = Travel.check(call, Obstacle.task(call)).parts();
        String heaviest = parts.stream()
                .filter(part -> part.bytes() > bytes / 10 * 9)
                .reduce((_, inner) -> inner) // what is not heavier than what it is in
                .map(part -> ", most of it in " + part.path() + " (" + part.type() + ")")
                .orElse("");
        LOG.log(
                System.Logger.Level.WARNING,
                Obstacle.task(call) + " was submitted again with " + inMiB(bytes) + " MiB" + heaviest
                        + ": if that is the same each time, queue.share(value) sends it once to each worker");
    }

    private static String inMiB(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / (double) (1 << 20));
    }
}
