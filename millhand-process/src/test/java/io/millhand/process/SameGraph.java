package io.millhand.process;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares two graphs: classes, values, the order of elements, and which objects are one and the same.
@SuppressWarnings("ReferenceEquality") // which is the question
final class SameGraph {

    private final IdentityHashMap<Object, Object> pairs = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Object> back = new IdentityHashMap<>();

    private SameGraph() {}

    /// The place of the first difference; empty where there is none.
    static String difference(Object expected, Object actual) {
        return new SameGraph().compare(expected, actual, "root");
    }

    private String compare(@Nullable Object expected, @Nullable Object actual, String place) {
        if (expected == null || actual == null) {
            return expected == actual ? "" : place + ": " + expected + " and " + actual;
        }
        var type = expected.getClass();
        if (type != actual.getClass()) {
            return place + ": " + type + " and " + actual.getClass();
        }
        if (!isCached(expected)) {
            var known = pairs.put(expected, actual);
            var knownBack = back.put(actual, expected);
            if (known != null || knownBack != null) {
                return known == actual && knownBack == expected ? "" : place + ": one object and two";
            }
        }
        if (type.isArray()) {
            return compareAll(elements(expected), elements(actual), place);
        }
        return switch (expected) {
            case Map<?, ?> map
            when isImmutable(map) -> compareAll(entries(map), inOrderOf(map, (Map<?, ?>) actual), place);
            case Set<?> set
            when isImmutable(set) -> compareAll(List.copyOf(set), inOrderOf(set, (Set<?>) actual), place);
            case Map<?, ?> map -> compareAll(entries(map), entries((Map<?, ?>) actual), place);
            case Collection<?> all -> compareAll(new ArrayList<>(all), new ArrayList<>((Collection<?>) actual), place);
            default -> expected.equals(actual) || type.isRecord() ? "" : place + ": " + expected + " and " + actual;
        };
    }

    private String compareAll(List<?> expected, List<?> actual, String place) {
        if (expected.size() != actual.size()) {
            return place + ": " + expected.size() + " elements and " + actual.size();
        }
        for (int i = 0; i < expected.size(); i++) {
            String difference = compare(expected.get(i), actual.get(i), place + "/" + i);
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        return "";
    }

    /// The order of Set.of and its like is arbitrary.
    private static boolean isImmutable(Object whole) {
        return whole.getClass().getName().contains("Immutable");
    }

    private static List<Object> inOrderOf(Set<?> order, Set<?> other) {
        var elements = new ArrayList<Object>();
        for (var each : order) {
            other.stream().filter(each::equals).forEach(elements::add);
        }
        return elements;
    }

    private static List<Object> inOrderOf(Map<?, ?> order, Map<?, ?> other) {
        var entries = new ArrayList<Object>();
        for (var key : inOrderOf(order.keySet(), other.keySet())) {
            entries.add(key);
            entries.add(other.get(key));
        }
        return entries;
    }

    private static List<Object> elements(Object array) {
        var elements = new ArrayList<Object>();
        for (int i = 0; i < Array.getLength(array); i++) {
            var element = Array.get(array, i);
            elements.add(array instanceof Object[] ? element : String.valueOf(element));
        }
        if (!(array instanceof Object[])) {
            return List.of(elements.toString()); // numbers have no identity
        }
        return elements;
    }

    private static List<Object> entries(Map<?, ?> map) {
        var entries = new ArrayList<Object>();
        map.forEach((key, value) -> {
            entries.add(key);
            entries.add(value);
        });
        return entries;
    }

    /// Of some values there may be one object in a JVM, or any number.
    private static boolean isCached(Object object) {
        return switch (object) {
            case Boolean _, Byte _ -> true;
            case Integer number -> number == (byte) (int) number;
            case Long number -> number == (byte) (long) number;
            case Short number -> number == (byte) (short) number;
            case Character letter -> letter < 128;
            case Collection<?> all -> all.isEmpty() && isImmutable(all);
            case Map<?, ?> map -> map.isEmpty() && isImmutable(map);
            default -> false;
        };
    }
}
