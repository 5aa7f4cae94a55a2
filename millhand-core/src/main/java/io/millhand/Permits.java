package io.millhand;

/// What is in use of a limit, and what was learned of its resource.
///
/// Touched under the dispatcher's lock only: takes no lock, runs no code of users, and reads no clock. The same calls
/// with the same times give the same answers. Times are readings of one monotonic clock, in nanoseconds, which may wrap
/// around.
abstract sealed class Permits permits FixedPermits, RatePermits, AdaptivePermits {

    /// What [#tryAcquire] answers when only a release can help.
    static final long ON_RELEASE = Long.MAX_VALUE;

    /// How an attempt that held a permit ended.
    sealed interface Ending {

        /// It returned, or threw what says nothing of its resource.
        Ending SUCCEEDED = Plain.SUCCEEDED;
        /// It threw, ran into its timeout, or crashed.
        Ending FAILED = Plain.FAILED;
        /// It never started. Its permit counts as if it had never been taken.
        Ending REFUNDED = Plain.REFUNDED;

        /// It threw [BackOff].
        static Ending overloaded(BackOff backOff) {
            return new Overloaded(SystemBackend.saturatedNanos(backOff.retryAfter()));
        }

        /// Those that carry nothing.
        enum Plain implements Ending {
            SUCCEEDED,
            FAILED,
            REFUNDED
        }

        /// With the time for which the resource wants to be left alone.
        record Overloaded(long retryAfterNanos) implements Ending {}
    }

    private int inUse;
    private boolean closed;
    private long closedUntil;

    /// Before any permit is taken.
    static Permits of(Limit limit, long now) {
        return switch (limit) {
            case FixedLimit fixed -> new FixedPermits(fixed);
            case RateLimit rate -> new RatePermits(rate, now);
            case AdaptiveLimit adaptive -> new AdaptivePermits(adaptive, now);
        };
    }

    /// These permits under another limit: what is in use stays in use, a closed resource stays closed, and what was
    /// learned is kept where the limit is of the same kind. These ones must not be used any more.
    final Permits replacedBy(Limit limit, long now) {
        var next = of(limit, now);
        next.inUse = inUse;
        next.closed = closed;
        next.closedUntil = closedUntil;
        next.learnFrom(this, now);
        return next;
    }

    /// Takes a permit if there is one.
    ///
    /// @return 0 if it was taken; in how many nanoseconds to ask again; or [#ON_RELEASE]
    final long tryAcquire(long now) {
        if (closed) {
            long wait = closedUntil - now;
            if (wait > 0) {
                return wait;
            }
            closed = false;
        }
        long wait = waitNanos(now);
        if (wait == 0) {
            inUse++;
            taken(now);
        }
        return wait;
    }

    /// Gives a permit back. The elapsed time is that of the attempt, from its start.
    final void release(long now, long elapsedNanos, Ending ending) {
        if (inUse == 0) {
            throw new IllegalStateException("no permit is in use: one was released twice");
        }
        long startedAt = now - Math.max(0, elapsedNanos);
        inUse--;
        switch (ending) {
            case Ending.Plain plain -> {
                switch (plain) {
                    case SUCCEEDED -> succeeded(now, startedAt);
                    case FAILED -> failed(now, startedAt);
                    case REFUNDED -> refunded();
                }
            }
            case Ending.Overloaded overloaded -> {
                close(now, overloaded.retryAfterNanos());
                overloaded(now, startedAt);
            }
        }
    }

    private void close(long now, long retryAfterNanos) {
        // A year is for ever, and differences of times do not overflow.
        long until = now + Math.min(retryAfterNanos, TokenBucket.LONGEST_NANOS);
        if (!closed || until - closedUntil > 0) {
            closed = true;
            closedUntil = until;
        }
    }

    /// Not before now.
    final long opensAt(long now) {
        return closed && closedUntil - now > 0 ? closedUntil : now;
    }

    final int inUse() {
        return inUse;
    }

    /// How many may be in use at a time; `Integer.MAX_VALUE` where that is not limited.
    abstract int limit();

    /// As [#tryAcquire], but takes nothing.
    abstract long waitNanos(long now);

    /// A permit is being taken: there was one.
    void taken(long now) {}

    void succeeded(long now, long startedAt) {}

    void failed(long now, long startedAt) {}

    void overloaded(long now, long startedAt) {}

    void refunded() {}

    void learnFrom(Permits earlier, long now) {}
}
