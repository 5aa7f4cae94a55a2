package io.millhand.process;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether something can travel to another JVM, and what it weighs. Made by [Travel].
///
/// @param obstacle what keeps it from travelling: the path of fields to the culprit and, for a captured `this`, the
///     method that forced it; empty where it can travel
/// @param bytes what travels in all; 0 where it cannot
/// @param parts what the values and fields in it weigh, each with all that it holds, the heaviest first
public record TravelReport(Optional<String> obstacle, long bytes, List<Part> parts) {

    private static final int MOST_LINES = 20;

    /// Copies the list.
    public TravelReport {
        requireNonNull(obstacle, "obstacle");
        parts = List.copyOf(parts);
    }

    /// What stands under one path. The elements of a collection, an array or a map are one part. What is held twice is
    /// counted where it comes first, and so is the description of a class.
    ///
    /// @param path for example `captured value 1 -> field 'pages' -> elements`
    /// @param type the class of what stands there; `various` where there are several
    /// @param count how many objects stand there
    /// @param bytes what they weigh together, with all that they hold
    public record Part(String path, String type, long count, long bytes) {

        /// Refuses nulls.
        public Part {
            requireNonNull(path, "path");
            requireNonNull(type, "type");
        }
    }

    /// Whether it can travel.
    ///
    /// @return true if there is no obstacle
    public boolean travels() {
        return obstacle.isEmpty();
    }

    /// The report for a reader: a line for each of the heaviest parts.
    @Override
    public String toString() {
        if (obstacle.isPresent()) {
            return "cannot travel: " + obstacle.get();
        }
        var text = new StringBuilder(format("travels with %,d bytes", bytes));
        for (var part : parts.subList(0, Math.min(parts.size(), MOST_LINES))) {
            String many = part.count() == 1 ? "" : format("%,d of ", part.count());
            text.append(format("%n%,14d  %s (%s%s)", part.bytes(), part.path(), many, part.type()));
        }
        if (parts.size() > MOST_LINES) {
            text.append(format("%n%14s  %,d lighter ones", "...", parts.size() - MOST_LINES));
        }
        return text.toString();
    }

    @FormatMethod
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
