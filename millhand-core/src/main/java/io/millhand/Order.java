package io.millhand;

/// In what order waiting tasks start.
public enum Order {

    /// Start-time fair queueing: see P. Goyal, H. M. Vin, H. Cheng, *Start-time Fair Queueing* (SIGCOMM 1996).
    ///
    /// Each series, and the tasks of each niceness that have no series, share the workers: a task moves the clock
    /// of its series on by `1 + ((niceness + 20) / 10)^2`, and the series whose clock is behind is next. So
    /// niceness 10 gets half the share of niceness 0, nothing starves, and neither the age of a queue nor a time of
    /// idleness gives an advantage.
    FAIR {
        @Override
        long startTag(TaskRun<?> head, long virtualTime, long finishTag) {
            return Math.max(virtualTime, finishTag);
        }
    },

    /// By niceness, then in the order of submission. Tasks of a large niceness may starve.
    STRICT {
        @Override
        long startTag(TaskRun<?> head, long virtualTime, long finishTag) {
            return head.placement().niceness();
        }
    };

    private static final int UNIT = 100;

    /// The key by which the head of a flow competes with others: the smallest starts next.
    abstract long startTag(TaskRun<?> head, long virtualTime, long finishTag);

    /// How far a task moves the clock of its flow, in hundredths, which makes it a whole number.
    static long cost(int niceness) {
        long positive = niceness + 20L;
        return UNIT + positive * positive;
    }
}
