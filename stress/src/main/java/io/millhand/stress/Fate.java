package io.millhand.stress;

import io.millhand.Emitter;
import io.millhand.MemoryCause;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/// How a task of the plan ends.
enum Fate {
    SUCCEEDS(835),
    THROWS(50),
    CANNOT_TRAVEL_BACK(20),
    OVERFLOWS_ITS_STACK(30),
    EXITS(15),
    HALTS(15),
    FILLS_ITS_HEAP(15),
    CRASHES_NATIVELY(5),
    KILLS_ITSELF(5),
    HANGS(10);

    private static final int EXIT_CODE = 41;
    private static final int HALT_CODE = 42;

    /// Of a thousand.
    private final int share;

    Fate(int share) {
        this.share = share;
    }

    /// The fate of a number.
    ///
    /// @param drawn from 0 to 999
    static Fate of(int drawn) {
        int left = drawn;
        for (var fate : values()) {
            if (left < fate.share) {
                return fate;
            }
            left -= fate.share;
        }
        throw new IllegalArgumentException("drawn must be 0 to 999, was " + drawn);
    }

    /// Whether the task streams items before it meets its fate.
    static boolean streams(int number) {
        return number % 4 == 3;
    }

    /// How many items it streams: often more than are under way at a time.
    static int itemsOf(int number) {
        return number % 3_000;
    }

    /// In the child.
    void stream(int number, Emitter<Object> emitter) throws Exception {
        for (int item = 0; item < itemsOf(number); item++) {
            emitter.emit(item);
        }
        var answer = meet(number);
        if (this == CANNOT_TRAVEL_BACK) {
            emitter.emit(answer);
        }
    }

    /// In the child.
    Object meet(int number) throws Exception {
        switch (this) {
            case SUCCEEDS -> {}
            case THROWS -> throw new IllegalStateException("task " + number);
            case CANNOT_TRAVEL_BACK -> {
                return new Object();
            }
            case OVERFLOWS_ITS_STACK -> {
                return recurse(number);
            }
            case EXITS -> System.exit(EXIT_CODE);
            case HALTS -> Runtime.getRuntime().halt(HALT_CODE);
            case FILLS_ITS_HEAP -> {
                return hoard();
            }
            case CRASHES_NATIVELY -> writeToAddressZero();
            case KILLS_ITSELF -> {
                new ProcessBuilder(
                                "kill",
                                "-KILL",
                                Long.toString(ProcessHandle.current().pid()))
                        .start();
                new CountDownLatch(1).await();
            }
            case HANGS -> {
                return spin(number);
            }
        }
        return valueOf(number);
    }

    private static Number answerOf(int number) {
        return streams(number) ? (Number) (long) itemsOf(number) : (Number) valueOf(number);
    }

    private static int valueOf(int number) {
        return 31 * number + 7;
    }

    private static long recurse(long depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + recurse(depth + 2);
    }

    private static int hoard() {
        var hoard = new ArrayList<byte[]>();
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new byte[1 << 16]);
        }
        return hoard.size();
    }

    @SuppressWarnings("restricted") // that is the point
    private static void writeToAddressZero() {
        MemorySegment.NULL.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, 42);
    }

    private static long spin(long seed) {
        long sum = seed;
        while (sum != Long.MIN_VALUE + 1) {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                sum += (long) i * sum & 2;
            }
        }
        return sum;
    }

    /// In the parent: whether a task of this fate has ended as planned.
    boolean isMetBy(Outcome<?> outcome, int number) {
        return switch (outcome) {
            case Outcome.Succeeded<?>(var value) ->
                this == SUCCEEDS && answerOf(number).equals(value);
            case Outcome.Failed<?>(var cause) -> isMetByFailure(cause, number);
            case Outcome.TimedOut<?> _ -> this == HANGS;
            case Outcome.Crashed<?>(var report) ->
                switch (this) {
                    case EXITS -> report.exitCode().orElse(0) == EXIT_CODE;
                    case HALTS -> report.exitCode().orElse(0) == HALT_CODE;
                    case FILLS_ITS_HEAP -> report.memory() == MemoryCause.HEAP;
                    case CRASHES_NATIVELY -> report.signal().orElse("").equals("SIGSEGV");
                    case KILLS_ITSELF -> report.signal().orElse("").equals("SIGKILL");
                    case SUCCEEDS, THROWS, CANNOT_TRAVEL_BACK, OVERFLOWS_ITS_STACK, HANGS -> false;
                };
            case Outcome.Cancelled<?> _ -> false;
        };
    }

    private boolean isMetByFailure(Throwable cause, int number) {
        return switch (cause) {
            case IllegalStateException thrown -> this == THROWS && ("task " + number).equals(thrown.getMessage());
            case RemoteTaskException _ -> this == CANNOT_TRAVEL_BACK && !streams(number);
            case NotTransferableException _ -> this == CANNOT_TRAVEL_BACK && streams(number);
            case StackOverflowError _ -> this == OVERFLOWS_ITS_STACK;
            default -> false;
        };
    }
}
