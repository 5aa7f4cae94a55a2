package io.millhand.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is done to a queue, from its beginning to its end.
///
/// @param seed of the random numbers that the queue draws
/// @param setup what the queue is like
/// @param operations in order
record History(long seed, Setup setup, List<Operation> operations) {

    /// What a worker takes.
    ///
    /// @param slots it has
    /// @param ahead attempts that it takes beyond them
    record Room(int slots, int ahead) {
        @Override
        public String toString() {
            return slots + " slots" + (ahead == 0 ? "" : " and " + ahead + " ahead");
        }
    }

    /// What a queue is like.
    ///
    /// @param workers those at the beginning
    /// @param strict whether tasks start by niceness, rather than in fair shares
    /// @param resources whether tasks name resources; then the order among lines is not checked, since one that
    ///     waits for a permit comes back at a time that is not fixed
    /// @param capacity beyond which tasks are rejected
    record Setup(List<Room> workers, boolean strict, boolean resources, int capacity) {
        @Override
        public String toString() {
            return "workers with " + workers + (strict ? ", strict order" : "")
                    + (resources ? ", resources" : "")
                    + (capacity == Integer.MAX_VALUE ? "" : ", capacity " + capacity);
        }
    }

    History without(int from, int to) {
        var fewer = new ArrayList<>(operations);
        fewer.subList(from, to).clear();
        return new History(seed, setup, List.copyOf(fewer));
    }

    @Override
    public String toString() {
        return operations.stream()
                .map(operation -> "  " + operation + "\n")
                .collect(Collectors.joining("", "  " + setup + "\n", ""));
    }
}
