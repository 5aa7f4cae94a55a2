package io.millhand.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceRulesTest {

    @Test
    void everySourceKeepsTheRules() {
        var sources = Repository.around().javaSources();
        assertThat(sources).isNotEmpty();
        assertThat(sources).flatMap(SourceRules::check).isEmpty();
    }

    @Test
    void refusesALongFile() {
        var longest = "class A {}\n" + "\n".repeat(SourceRules.MAX_FILE_LINES - 1);
        assertThat(check(longest)).isEmpty();
        assertThat(check(longest + "\n")).containsExactly("A.java:601: a file has at most 600 lines, this one has 601");
    }

    @Test
    void refusesALongMethod() {
        var longest = "class A {\nvoid run() {" + "\n".repeat(SourceRules.MAX_METHOD_LINES - 1) + "}\n}";
        assertThat(check(longest)).isEmpty();
        assertThat(check(longest.replace("{\n\n", "{\n\n\n")))
                .containsExactly("A.java:2: a method has at most 60 lines, run has 61");
    }

    @Test
    void refusesManyParameters() {
        assertThat(check("class A { void run(int a, int b, int c, int d, int e) {} }"))
                .isEmpty();
        assertThat(check("class A { void run(int a, int b, int c, int d, int e, int f) {} }"))
                .containsExactly("A.java:1: a method has at most 5 parameters, run has 6");
    }

    @Test
    void refusesToSleepInATest() {
        var sleep = "class A {\n void run() { Thread.sleep(1);\n TimeUnit.SECONDS.sleep(1); clock.sleep(1); } }";
        assertThat(check(sleep)).isEmpty();
        assertThat(check("m/src/test/java/A.java", sleep))
                .containsExactly(
                        "m/src/test/java/A.java:2: a test waits for a condition and does not sleep: Thread.sleep(1)",
                        "m/src/test/java/A.java:3: a test waits for a condition and does not sleep:"
                                + " TimeUnit.SECONDS.sleep(1)");
    }

    @Test
    void refusesAStarImport() {
        assertThat(check("import java.util.List;")).isEmpty();
        assertThat(check("import java.util.*;")).containsExactly("A.java:1: an import names one type, not java.util.*");
    }

    @Test
    void refusesALooseEndWithoutAnIssue() {
        assertThat(check("// TODO #12: later\nclass A { String b = \"TODO\"; }"))
                .isEmpty();
        assertThat(check("// TODO later"))
                .containsExactly("A.java:1: a loose end needs an issue number, as #12: // TODO later");
        assertThat(check("/** FIXME */")).hasSize(1);
        assertThat(check("String b = \"c\"; " + "// FIXME soon")).hasSize(1);
    }

    @Test
    void refusesAVagueName() {
        assertThat(check("class Abstraction { class Managers {} }")).isEmpty();
        assertThat(check("class A { record TaskUtil() {} }"))
                .containsExactly("A.java:1: a name says what its type is for, TaskUtil does not");
        assertThat(check("class QueueManager {} class RetryHelper {} class Utils {} class AbstractTask {}"))
                .hasSize(4);
    }

    private static List<String> check(String text) {
        return check("A.java", text);
    }

    private static List<String> check(String path, String text) {
        return SourceRules.check(SourceFile.parse(Path.of(path), text)).stream()
                .map(Violation::toString)
                .toList();
    }
}
