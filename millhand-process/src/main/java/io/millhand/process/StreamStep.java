package io.millhand.process;

import java.lang.constant.ClassDesc;

/// An object on the way.
final class StreamStep {
    private final StreamPlace place;
    private String type = "";

    StreamStep(StreamPlace place) {
        this.place = place;
    }

    /// The first one counts: superclasses follow.
    void type(String name) {
        if (type.isEmpty()) {
            type = name;
        }
    }

    void retype(String name) {
        type = name;
    }

    String binaryName() {
        return type;
    }

    /// As in a source: `byte[]` rather than `[B`.
    String type() {
        int dimensions = type.lastIndexOf('[') + 1;
        if (dimensions == 0) {
            return type;
        }
        String element = type.substring(dimensions);
        String name = element.startsWith("L")
                ? element.substring(1, element.length() - 1)
                : ClassDesc.ofDescriptor(element).displayName();
        return name + "[]".repeat(dimensions);
    }

    /// Boxes and arrays of primitives, whose reading does not fail.
    boolean isPlainValue() {
        return type.startsWith("java.lang.") || (type.startsWith("[") && type.length() == 2);
    }

    StreamPlace place() {
        return place;
    }
}
