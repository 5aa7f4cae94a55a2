package io.millhand.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Holds the Java blocks of a page to the compiled sources that they are cut from. Before the block stands where from:
///
/// ```
/// <!-- snippet: examples/src/main/java/Primes.java#count -->
/// ```
///
/// and in that source the lines are marked with `// snippet:count` and `// end:count`.
final class Snippets {

    private static final Pattern ORIGIN = Pattern.compile("<!-- snippet: (\\S+)#(\\S+) -->");

    private final Path page;
    private final Function<Path, Optional<String>> sources;
    private final List<Violation> violations = new ArrayList<>();

    private Snippets(Path page, Function<Path, Optional<String>> sources) {
        this.page = page;
        this.sources = sources;
    }

    /// Checks a page; `sources` gives the text of a file, or nothing.
    static List<Violation> check(Path page, String text, Function<Path, Optional<String>> sources) {
        var snippets = new Snippets(page, sources);
        snippets.checkPage(text.lines().toList());
        return snippets.violations;
    }

    private void checkPage(List<String> lines) {
        for (int start = 0; start < lines.size(); start++) {
            if (lines.get(start).startsWith("```")) {
                int end = start + 1;
                while (end < lines.size() && !lines.get(end).startsWith("```")) {
                    end++;
                }
                if (lines.get(start).strip().equals("```java")) {
                    checkBlock(start + 1, start == 0 ? "" : lines.get(start - 1), lines.subList(start + 1, end));
                }
                start = end;
            }
        }
    }

    private void checkBlock(int line, String before, List<String> block) {
        var origin = ORIGIN.matcher(before.strip());
        if (!origin.matches()) {
            if (page.endsWith("README.md")) {
                add(line, "a java block needs <!-- snippet: path/to/File.java#name --> on the line before");
            }
            return;
        }
        var name = origin.group(2);
        var source = sources.apply(Path.of(origin.group(1)));
        if (source.isEmpty()) {
            add(line, "there is no " + origin.group(1));
            return;
        }
        var lines = source.get().lines().toList();
        var stripped = lines.stream().map(String::strip).toList();
        int from = stripped.indexOf("// snippet:" + name);
        int to = stripped.indexOf("// end:" + name);
        if (from < 0 || to < from) {
            add(line, "%s has no snippet %s".formatted(origin.group(1), name));
        } else if (!unindented(lines.subList(from + 1, to)).equals(unindented(block))) {
            add(line, "the block differs from snippet %s at %s:%d".formatted(name, origin.group(1), from + 1));
        }
    }

    private static String unindented(List<String> lines) {
        return String.join("\n", lines).stripIndent();
    }

    private void add(int line, String message) {
        violations.add(new Violation(page, line, message));
    }
}
