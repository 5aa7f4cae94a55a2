package io.millhand.testkit.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A task of a history: its options, and what workers do with it.
///
/// @param id its number in the history
/// @param stand where it stands among the others
/// @param clocks its limits
/// @param retry its retry policy
/// @param plays what happens each time it is assigned; the last one is repeated
record TaskSpec(int id, Stand stand, Clocks clocks, Retry retry, List<Play> plays) {

    /// Where a task stands among the others, and what it needs.
    record Stand(int niceness, Place place, Optional<String> series, Set<String> requires, Optional<String> resource) {

        enum Place {
            FIRST,
            IN_ORDER,
            LAST
        }

        static final Stand USUAL = new Stand(0, Place.IN_ORDER, Optional.empty(), Set.of(), Optional.empty());

        /// The line in which it waits.
        String line() {
            return series.map(name -> "series " + name).orElse(toString());
        }

        @Override
        public String toString() {
            return (niceness == 0 ? "" : ", niceness " + niceness)
                    + (place == Place.IN_ORDER ? "" : ", " + place)
                    + series.map(name -> ", series " + name).orElse("")
                    + (requires.isEmpty() ? "" : ", requires " + requires)
                    + resource.map(key -> ", resource " + key).orElse("");
        }
    }

    /// What a task may take.
    ///
    /// @param timeout of an attempt
    /// @param silence of an attempt
    /// @param deadline of the whole task
    record Clocks(Optional<Duration> timeout, Optional<Duration> silence, Optional<Duration> deadline) {
        @Override
        public String toString() {
            return deadline.map(limit -> ", deadline " + Text.millis(limit)).orElse("")
                    + timeout.map(limit -> ", timeout " + Text.millis(limit)).orElse("")
                    + silence.map(limit -> ", no progress " + Text.millis(limit))
                            .orElse("");
        }
    }

    /// A retry policy.
    record Retry(int maxAttempts, Duration firstDelay, Duration maxDelay, int crashLimit) {
        static final Retry NONE = new Retry(1, Duration.ZERO, Duration.ZERO, 2);

        @Override
        public String toString() {
            return maxAttempts + " attempts, delays " + Text.millis(firstDelay) + " to " + Text.millis(maxDelay) + ", "
                    + crashLimit + " crashes";
        }
    }

    String name() {
        return "t" + id;
    }

    Play play(int assignment) {
        return plays.get(Math.min(assignment, plays.size() - 1));
    }

    @Override
    public String toString() {
        return name() + stand + clocks + (retry.equals(Retry.NONE) ? "" : ", " + retry) + ": " + plays;
    }
}
