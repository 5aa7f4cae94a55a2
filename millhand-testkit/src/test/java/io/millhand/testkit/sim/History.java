package io.millhand.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is done to a queue, from its beginning to its end.
///
/// @param seed of the random numbers that the queue draws
/// @param workers the slots of each
/// @param operations in order
record History(long seed, List<Integer> workers, List<Operation> operations) {

    History without(int from, int to) {
        var fewer = new ArrayList<>(operations);
        fewer.subList(from, to).clear();
        return new History(seed, workers, List.copyOf(fewer));
    }

    @Override
    public String toString() {
        return operations.stream()
                .map(operation -> "  " + operation + "\n")
                .collect(Collectors.joining("", "  workers with slots " + workers + "\n", ""));
    }
}
