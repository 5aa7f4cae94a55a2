package io.millhand.testkit.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A task of a history: its options, and what workers do with it.
///
/// @param id its number in the history
/// @param timeout the limit of an attempt, if any
/// @param retry its retry policy
/// @param plays what happens each time it is assigned; the last one is repeated
record TaskSpec(int id, Optional<Duration> timeout, Retry retry, List<Play> plays) {

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
        return name() + timeout.map(limit -> ", timeout " + Text.millis(limit)).orElse("")
                + (retry.equals(Retry.NONE) ? "" : ", " + retry)
                + ": " + plays;
    }
}
