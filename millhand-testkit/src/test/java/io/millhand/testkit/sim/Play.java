package io.millhand.testkit.sim;

import java.time.Duration;

/// What a worker does with one attempt that it is given.
///
/// @param pickUp from the assignment to the start; [#AT_ONCE] for within the call that assigns it
/// @param takes from the start to the end, if nobody kills it
/// @param beats the time between its signs of life; zero for none
/// @param ends how it ends then
/// @param dies from a kill to the end: a while where the kill is ignored
/// @param dying what the worker says of the end of a killed attempt
record Play(Duration pickUp, Duration takes, Duration beats, Report ends, Duration dies, Report dying) {

    static final Duration AT_ONCE = Duration.ofNanos(-1);

    /// What a worker says of the end of an attempt.
    enum Report {
        RETURNED,
        THREW,
        CRASHED,
        KILLED,
        /// Killed, but still running on a thread that is lost.
        LEFT_BEHIND,
        /// No user code ran: given back.
        TAKEN_BACK,
        /// No user code ran: the worker could not be started.
        START_FAILED;

        boolean isWithoutStart() {
            return this == TAKEN_BACK || this == START_FAILED;
        }
    }

    @Override
    public String toString() {
        return (pickUp.equals(AT_ONCE) ? "" : Text.millis(pickUp) + " then ") + ends + " after " + Text.millis(takes)
                + (beats.isZero() ? "" : ", alive each " + Text.millis(beats))
                + " (killed: " + dying + " after " + Text.millis(dies) + ")";
    }
}
