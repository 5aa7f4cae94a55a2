import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Counts lines, words and characters of files, as `wc` does.
///
/// ```
/// ./millhand map examples/functions/WordCount.java README.md 'docs/**/*.md'
/// ```
///
/// One line of JSON for each file, in the order of the files:
/// `{"file":"README.md","lines":120,"words":900,"characters":5600}`.
public final class WordCount {

    record Count(Path file, long lines, long words, long characters) {}

    public static Count count(Path file) throws IOException {
        String text = Files.readString(file);
        long words = text.isBlank() ? 0 : text.strip().split("\\s+").length;
        return new Count(file, text.lines().count(), words, text.codePointCount(0, text.length()));
    }
}
