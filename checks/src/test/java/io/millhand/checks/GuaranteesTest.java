package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuaranteesTest {

    private static final Path TESTKIT = Path.of("millhand-testkit");

    @Test
    void everyGuaranteeHasATest() {
        var repository = Repository.around();
        var semantics = repository.read(Guarantees.DOCUMENT).orElseThrow();
        // the contract suite is tests, though it is published as main source
        var tests = repository.javaSources().stream()
                .filter(source -> source.isTest() || source.path().startsWith(TESTKIT))
                .toList();
        assertThat(Guarantees.check(semantics, tests)).isEmpty();
    }

    @Test
    void refusesAGuaranteeWithoutATest() {
        assertThat(check("# Semantics\n\n**5.3.1** A timeout kills.\n", "class A {}"))
                .containsExactly("docs/semantics.md:3: no test names guarantee 5.3.1");
    }

    @Test
    void refusesATestOfNoGuarantee() {
        assertThat(check("", "class A {\n @Guarantee(\"1\") void a() {} }"))
                .containsExactly("A.java:2: docs/semantics.md has no guarantee 1");
        assertThat(check("", "@Guarantee(NUMBER) class A {}"))
                .containsExactly("A.java:1: docs/semantics.md has no guarantee NUMBER");
    }

    @Test
    void refusesANumberGivenTwice() {
        assertThat(check("**1** One.\n**1** Another.\n", "@Guarantee(\"1\") class A {}"))
                .containsExactly("docs/semantics.md:2: 1 was given on line 1");
    }

    @Test
    void readsEveryFormOfTheAnnotation() {
        var semantics = "**1** One.\n**1.2** Two.\n**3** Three.\nNot **4** this.\n";
        var test = "@Guarantee({\"1\", \"1.2\"}) class A { @io.millhand.testkit.Guarantee(value = \"3\") void a() {} }";
        assertThat(check(semantics, test)).isEmpty();
    }

    private static List<String> check(String semantics, String test) {
        return Guarantees.check(semantics, List.of(SourceFile.parse(Path.of("A.java"), test))).stream()
                .map(Violation::toString)
                .toList();
    }
}
