package io.millhand.stress;

import io.millhand.Emitter;
import io.millhand.Input;
import io.millhand.MemoryCause;
import io.millhand.NotTransferableException;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How a task of the plan ends.
enum Fate {
    SUCCEEDS(835),
    THROWS(50),
    /// Half of those that read an input and would throw: what they read throws.
    SOURCE_THROWS(0),
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
    static Fate of(int number, int drawn) {
        int left = drawn;
        for (var fate : values()) {
            if (left < fate.share) {
                return fate == THROWS && Way.of(number) == Way.READS && number % 8 == 1 ? SOURCE_THROWS : fate;
            }
            left -= fate.share;
        }
        throw new IllegalArgumentException("drawn must be 0 to 999, was " + drawn);
    }

    /// How many items it streams or reads: often more than are under way at a time.
    static int itemsOf(int number) {
        return number % 3_000;
    }

    /// Numbers from 0, as many as it reads; one that throws does so in the middle.
    Stream<Integer> source(int number) {
        var items = IntStream.range(0, itemsOf(number)).boxed();
        return this != SOURCE_THROWS
                ? items
                : Stream.concat(
                        items.limit(itemsOf(number) / 2), Stream.of(number).peek(Fate::fail));
    }

    private static void fail(int number) {
        throw new IllegalStateException("task " + number);
    }

    /// In the child. What is not to succeed has read half of its input.
    Object read(int number, Input<Integer> input) throws Exception {
        var items = input.iterator();
        int wanted = this == SUCCEEDS ? itemsOf(number) : itemsOf(number) / 2;
        for (int item = 0; item < wanted; item++) {
            var read = items.hasNext() ? items.next() : null;
            if (!Objects.equals(read, item)) {
                throw new AssertionError("task " + number + " read " + read + " in place of " + item);
            }
        }
        if ((this == SUCCEEDS || this == SOURCE_THROWS) && items.hasNext()) {
            throw new AssertionError("task " + number + " read more than there was: " + items.next());
        }
        return meet(number);
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
            case THROWS -> fail(number);
            case SOURCE_THROWS -> throw new AssertionError("the source of task " + number + " has not thrown");
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
        return Way.of(number) == Way.STREAMS ? (Number) (long) itemsOf(number) : (Number) valueOf(number);
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
                    case SUCCEEDS, THROWS, SOURCE_THROWS, CANNOT_TRAVEL_BACK, OVERFLOWS_ITS_STACK, HANGS -> false;
                };
            case Outcome.Cancelled<?> _ -> false;
        };
    }

    private boolean isMetByFailure(Throwable cause, int number) {
        return switch (cause) {
            case IllegalStateException thrown ->
                (this == THROWS || this == SOURCE_THROWS) && ("task " + number).equals(thrown.getMessage());
            case RemoteTaskException _ -> this == CANNOT_TRAVEL_BACK && Way.of(number) != Way.STREAMS;
            case NotTransferableException _ -> this == CANNOT_TRAVEL_BACK && Way.of(number) == Way.STREAMS;
            case StackOverflowError _ -> this == OVERFLOWS_ITS_STACK;
            default -> false;
        };
    }
}
