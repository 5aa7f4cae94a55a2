package io.millhand.testkit.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A fault that is written into a copy of the queue's sources. All of them stand in `planted-bugs.txt`.
///
/// @param name what is wrong with it
/// @param changes to the sources
record PlantedBug(String name, List<Change> changes) {

    /// A text in a source file and what it becomes, both without indentation.
    record Change(String file, String was, String becomes) {}

    static List<PlantedBug> all() throws IOException {
        try (var table = PlantedBug.class.getResourceAsStream("planted-bugs.txt")) {
            if (table == null) {
                throw new IOException("planted-bugs.txt is not on the class path");
            }
            return parse(new String(table.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static List<PlantedBug> parse(String table) {
        var bugs = new ArrayList<PlantedBug>();
        for (var line : table.lines().toList()) {
            if (line.startsWith("bug ")) {
                bugs.add(new PlantedBug(line.substring(4), new ArrayList<>()));
            } else if (line.startsWith("in ")) {
                bugs.getLast().changes().add(new Change(line.substring(3), "", ""));
            } else if (line.startsWith("- ")) {
                var last = bugs.getLast().changes().removeLast();
                bugs.getLast().changes().add(new Change(last.file, joined(last.was, line), last.becomes));
            } else if (line.startsWith("+ ")) {
                var last = bugs.getLast().changes().removeLast();
                bugs.getLast().changes().add(new Change(last.file, last.was, joined(last.becomes, line)));
            }
        }
        return bugs;
    }

    private static String joined(String text, String line) {
        return text.isEmpty() ? line.substring(2) : text + "\n" + line.substring(2);
    }

    @Override
    public String toString() {
        return name;
    }
}
