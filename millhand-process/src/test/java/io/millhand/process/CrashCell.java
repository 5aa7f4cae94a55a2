package io.millhand.process;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// One cell of the crash matrix: what goes wrong where, and how the task has to end.
record CrashCell(Stage stage, Fault fault, Ending ending) {

    /// Where in the life of a task the user's code runs.
    enum Stage {
        /// `writeObject` in `submit`.
        SERIALIZE_ARGUMENT,
        /// `readObject` in the child.
        DESERIALIZE_ARGUMENT,
        /// The class initializer of the task, in the child.
        CLASS_INITIALIZER,
        RUN,
        /// `writeObject` in the child.
        SERIALIZE_RESULT,
        /// `readObject` in whatever thread asks for the result.
        DESERIALIZE_RESULT,
        /// A stage of the handle.
        CALLBACK;

        /// Whether it belongs to the user's own program, which is then what has to bear it.
        boolean inParent() {
            return switch (this) {
                case SERIALIZE_ARGUMENT, DESERIALIZE_RESULT, CALLBACK -> true;
                case DESERIALIZE_ARGUMENT, CLASS_INITIALIZER, RUN, SERIALIZE_RESULT -> false;
            };
        }

        /// How often the body of the task is entered.
        int runs() {
            return switch (this) {
                case SERIALIZE_ARGUMENT, DESERIALIZE_ARGUMENT, CLASS_INITIALIZER -> 0;
                case RUN, SERIALIZE_RESULT, DESERIALIZE_RESULT, CALLBACK -> 1;
            };
        }
    }

    /// How a task ends.
    enum Ending {
        /// `submit` throws, and nothing was submitted.
        REFUSED,
        /// `Failed` with what was thrown.
        FAILED,
        /// `Failed` with a `RemoteTaskException`: the task returned, its result does not arrive.
        LOST,
        CRASHED,
        TIMED_OUT,
        /// The user's program ends, as it would have without Millhand. Nothing may survive it.
        PARENT,
        /// `Succeeded`; what hangs holds up nobody else, and goes on when it hangs no more.
        STALLS,
        /// `Succeeded`; the stage that went wrong is the one that failed.
        STAGE
    }

    /// No cell is missing: a fault that ends the parent has a parent of its own to end.
    private static final String MATRIX = """
            -                    THROWS  EXIT    HALT    KILL    NATIVE_CRASH STACK_OVERFLOW OUT_OF_MEMORY HANGS
            SERIALIZE_ARGUMENT   REFUSED PARENT  PARENT  PARENT  PARENT       REFUSED        REFUSED       STALLS
            DESERIALIZE_ARGUMENT FAILED  CRASHED CRASHED CRASHED CRASHED      FAILED         CRASHED       TIMED_OUT
            CLASS_INITIALIZER    FAILED  CRASHED CRASHED CRASHED CRASHED      FAILED         CRASHED       TIMED_OUT
            RUN                  FAILED  CRASHED CRASHED CRASHED CRASHED      FAILED         CRASHED       TIMED_OUT
            SERIALIZE_RESULT     LOST    CRASHED CRASHED CRASHED CRASHED      LOST           CRASHED       TIMED_OUT
            DESERIALIZE_RESULT   LOST    PARENT  PARENT  PARENT  PARENT       LOST           LOST          STALLS
            CALLBACK             STAGE   PARENT  PARENT  PARENT  PARENT       STAGE          STAGE         STALLS
            """;

    /// All cells, row by row.
    static List<CrashCell> all() {
        var rows = MATRIX.lines().map(line -> List.of(line.split(" +", -1))).toList();
        var faults = rows.getFirst().stream().skip(1).map(Fault::valueOf).toList();
        return rows.stream()
                .skip(1)
                .flatMap(row -> cells(Stage.valueOf(row.getFirst()), faults, row))
                .toList();
    }

    private static Stream<CrashCell> cells(Stage stage, List<Fault> faults, List<String> row) {
        return Arrays.stream(Fault.values())
                .map(fault -> new CrashCell(stage, fault, Ending.valueOf(row.get(faults.indexOf(fault) + 1))));
    }

    @Override
    public String toString() {
        return stage + " x " + fault + " -> " + ending;
    }
}
