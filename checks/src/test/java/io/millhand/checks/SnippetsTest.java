package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SnippetsTest {

    private static final String SOURCE = """
            class A {
                // snippet:sum
                int sum() {
                    return 1;
                }
                // end:sum
            }
            """;

    private static final String PAGE = """
            # Page
            <!-- snippet: A.java#sum -->
            ```java
            int sum() {
                return 1;
            }
            ```
            """;

    @Test
    void everySnippetIsCutFromItsSource() {
        var repository = Repository.around();
        var pages = repository.files(".md").stream()
                .filter(page -> page.equals(Path.of("README.md")) || page.startsWith("docs"))
                .toList();
        assertThat(pages).contains(Path.of("README.md"));
        assertThat(pages)
                .flatMap(page -> Snippets.check(page, repository.read(page).orElseThrow(), repository::read))
                .isEmpty();
    }

    @Test
    void acceptsTheSameLinesWithAnotherIndent() {
        assertThat(check("README.md", PAGE)).isEmpty();
    }

    @Test
    void refusesABlockThatDiffers() {
        assertThat(check("docs/a.md", PAGE.replace("1;", "2;")))
                .containsExactly("docs/a.md:3: the block differs from snippet sum at A.java:2");
    }

    @Test
    void refusesABlockOfNoSource() {
        assertThat(check("docs/a.md", PAGE.replace("A.java", "B.java")))
                .containsExactly("docs/a.md:3: there is no B.java");
        assertThat(check("docs/a.md", PAGE.replace("#sum", "#product")))
                .containsExactly("docs/a.md:3: A.java has no snippet product");
    }

    @Test
    void refusesABlockWithoutOriginInTheReadmeOnly() {
        var page = "text\n```java\nint a;\n```\n```\nmvn verify\n```\n";
        assertThat(check("docs/a.md", page)).isEmpty();
        assertThat(check("README.md", page)).singleElement().asString().startsWith("README.md:2: a java block needs");
    }

    private static List<String> check(String page, String text) {
        var sources = Map.of(Path.of("A.java"), SOURCE);
        return Snippets.check(Path.of(page), text, path -> Optional.ofNullable(sources.get(path))).stream()
                .map(Violation::toString)
                .toList();
    }
}
