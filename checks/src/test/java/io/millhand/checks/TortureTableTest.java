package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The table of torture cases says what is so.
final class TortureTableTest {

    private static final Path DOCUMENT = Path.of("docs", "torture.md");
    private static final int CASES = 156;
    private static final List<Integer> NOT_GIVEN = List.of(15, 58, 64, 95, 113, 125, 133);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void everyCaseHasOneRow() {
        var expected = IntStream.rangeClosed(1, CASES)
                .boxed()
                .filter(number -> !NOT_GIVEN.contains(number))
                .toList();
        assertThat(ROW.matcher(document()).results().map(row -> Integer.valueOf(row.group(1))))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void everyTestThatItNamesExists() {
        var texts = Repository.around().files(".java").stream()
                .collect(Collectors.toMap(
                        path -> path.getFileName().toString().replace(".java", ""),
                        path -> Repository.around().read(path).orElseThrow(),
                        String::concat));
        assertThat(TEST.matcher(document()).results().filter(test -> !exists(test, texts)))
                .extracting(MatchResult::group)
                .isEmpty();
    }

    private static boolean exists(MatchResult test, Map<String, String> texts) {
        return texts.getOrDefault(test.group(1), "").contains("void " + test.group(2) + "(");
    }

    private static String document() {
        return Repository.around().read(DOCUMENT).orElseThrow();
    }
}
