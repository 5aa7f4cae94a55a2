package io.millhand.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adds up what the parts of a stream weigh. Elements of one collection count as one part.
final class Weights {

    /// Below, things are counted with what they are part of: a chain of objects has as many levels as objects.
    private static final int DEEPEST = 12;

    private static final int MOST_PARTS = 10_000;

    private static final class Node {
        private final String path;
        private final int depth;
        private final Map<String, Node> parts = new LinkedHashMap<>();
        private String type = "";
        private long bytes;
        private long count;

        Node(String path, int depth) {
            this.path = path;
            this.depth = depth;
        }
    }

    private final Node root = new Node("", 0);
    private final List<Node> open = new ArrayList<>(List.of(root));
    private int parts;

    /// Begins a part within the one that is open.
    void enter(StreamPlace place) {
        var whole = open.getLast();
        var part = whole;
        if (!place.shared().isEmpty()) {
            var known = whole.parts.get(place.shared());
            if (known != null) {
                part = known;
            } else if (whole.depth < DEEPEST && parts < MOST_PARTS) {
                parts++;
                String path = whole.path.isEmpty() ? place.shared() : whole.path + " -> " + place.shared();
                part = new Node(path, whole.depth + 1);
                whole.parts.put(place.shared(), part);
            }
        }
        open.add(part);
    }

    /// Ends the part that was begun last.
    void leave(StreamStep step, int bytes) {
        var part = open.removeLast();
        if (part == open.getLast()) {
            return; // counted with what it is part of
        }
        part.bytes += bytes;
        part.count++;
        if (part.type.isEmpty()) {
            part.type = step.type();
        } else if (!part.type.equals(step.type())) {
            part.type = "various";
        }
    }

    /// The heaviest first.
    List<TravelReport.Part> parts() {
        var list = new ArrayList<TravelReport.Part>();
        collect(root, list);
        list.sort(Comparator.comparingLong(TravelReport.Part::bytes).reversed().thenComparing(TravelReport.Part::path));
        return list;
    }

    private static void collect(Node node, List<TravelReport.Part> list) {
        for (var part : node.parts.values()) {
            list.add(new TravelReport.Part(part.path, part.type, part.count, part.bytes));
            collect(part, list);
        }
    }
}
