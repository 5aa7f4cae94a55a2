package io.millhand.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/// A fault that is written into a copy of the queue's sources.
///
/// @param name what is wrong with it
/// @param changes to the sources; each text must occur exactly once, whatever its indentation
record PlantedBug(String name, List<Change> changes) {

    /// @param file a class of `io.millhand`
    /// @param was in the source
    /// @param becomes in the copy
    record Change(String file, String was, String becomes) {}

    static PlantedBug of(String name, String file, String was, String becomes) {
        return new PlantedBug(name, List.of(new Change(file, was, becomes)));
    }

    /// With one more change.
    PlantedBug and(String file, String was, String becomes) {
        var more = new ArrayList<>(changes);
        more.add(new Change(file, was, becomes));
        return new PlantedBug(name, List.copyOf(more));
    }

    @Override
    public String toString() {
        return name;
    }
}
