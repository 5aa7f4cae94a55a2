package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Where a task stands among the others, and what it needs.
///
/// @param niceness from -20 to 20, as in Unix: the smaller, the larger the share of the workers
/// @param series tasks of one series start in the order of their submission, and series share the workers fairly
/// @param place in the order, or outside of it
/// @param requires the qualifications that a worker must offer, all of them
/// @param resource the key of what the task uses, whose [Limit] it counts against; a service with a quota for
///     example
/// @param local whether it runs in this JVM only, also where other workers are attached
public record Placement(
        int niceness,
        Optional<String> series,
        Place place,
        Set<String> requires,
        Optional<String> resource,
        boolean local) {

    static final Placement DEFAULT =
            new Placement(0, Optional.empty(), Place.IN_ORDER, Set.of(), Optional.empty(), false);

    /// The place of a task.
    public enum Place {
        /// Before all that stand in order; they may starve.
        FIRST,
        /// By niceness and series.
        IN_ORDER,
        /// After all that stand in order; it may starve.
        LAST
    }

    /// Refuses what makes no sense.
    public Placement {
        if (niceness < -20 || niceness > 20) {
            throw new IllegalArgumentException("niceness must be from -20 to 20, was " + niceness);
        }
        requireNonNull(place, "place");
        if (requireNonNull(series, "series").isPresent() && place != Place.IN_ORDER) {
            throw new IllegalArgumentException(
                    "a task of a series cannot be " + place + ": it starts in the order of its" + " series '"
                            + series.get() + "'; leave out the series, or use niceness");
        }
        requireNonNull(resource, "resource");
        requires = requires.isEmpty() ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(requires));
    }

    Placement niceness(int niceness) {
        return new Placement(niceness, series, place, requires, resource, local);
    }

    Placement series(String series) {
        return new Placement(niceness, Optional.of(series), place, requires, resource, local);
    }

    Placement place(Place place) {
        return new Placement(niceness, series, place, requires, resource, local);
    }

    /// With more requirements.
    Placement requires(Set<String> more) {
        var all = new TreeSet<>(requires);
        all.addAll(more);
        return new Placement(niceness, series, place, all, resource, local);
    }

    Placement resource(String resource) {
        return new Placement(niceness, series, place, requires, Optional.of(resource), local);
    }

    /// In this JVM only.
    Placement here() {
        return new Placement(niceness, series, place, requires, resource, true);
    }
}
