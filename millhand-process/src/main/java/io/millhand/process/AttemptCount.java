package io.millhand.process;

/// What a child was given and gave back. Guarded by the monitor of its worker.
final class AttemptCount {

    private int given;
    private int back;
    private long answeredNanos;

    AttemptCount(long bornNanos) {
        answeredNanos = bornNanos;
    }

    /// Counts one more, and answers how many it was given by now.
    int give() {
        return ++given;
    }

    /// Counts one less, which was not sent.
    void notSent() {
        given--;
    }

    void givenBack() {
        given--;
        back++;
    }

    /// How many came back.
    int back() {
        return back;
    }

    void answered(long nanos) {
        answeredNanos = nanos;
    }

    /// Since then it could take what was sent at a time.
    long mayTakeSince(long sentNanos) {
        return answeredNanos - sentNanos > 0 ? answeredNanos : sentNanos;
    }
}
