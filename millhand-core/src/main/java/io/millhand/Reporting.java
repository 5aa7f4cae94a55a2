package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What a task may say, and how it is understood.
///
/// @param messagesPerSecond how many messages it may send in a second; more are lost and counted.
///     [Integer#MAX_VALUE] for no limit
/// @param progress how its progress is read from its messages; empty where it is not
public record Reporting(int messagesPerSecond, Optional<ProgressRules> progress) {

    static final Reporting DEFAULT = new Reporting(Integer.MAX_VALUE, Optional.empty());

    /// Refuses a rate that would never let a message through.
    public Reporting {
        if (messagesPerSecond < 1) {
            throw new IllegalArgumentException("messagesPerSecond must be at least 1, was " + messagesPerSecond);
        }
        requireNonNull(progress, "progress");
    }

    boolean isLimited() {
        return messagesPerSecond < Integer.MAX_VALUE;
    }

    Reporting messagesPerSecond(int limit) {
        return new Reporting(limit, progress);
    }

    Reporting progress(ProgressRules rules) {
        return new Reporting(messagesPerSecond, Optional.of(rules));
    }
}
