package io.millhand.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ArchitectureTest {

    @SuppressWarnings("unused") // by name, in @FieldSource
    private static final List<ArchRule> RULES = ArchitectureRules.ALL;

    private static final JavaClasses PUBLISHED = new ClassFileImporter()
            .importPackages("io.millhand")
            .that(resideInAnyPackage(ArchitectureRules.PUBLISHED.toArray(String[]::new)));

    @TempDir
    Path classes;

    @ParameterizedTest
    @FieldSource("RULES")
    void holds(ArchRule rule) {
        assertThat(PUBLISHED).isNotEmpty();
        rule.check(PUBLISHED);
    }

    @Test
    void refusesACoreThatUsesAnythingElse() {
        refuses(
                ArchitectureRules.CORE_USES_THE_JDK_ONLY,
                "package io.millhand; class A { org.assertj.core.api.Assertions b; }");
        refuses(
                ArchitectureRules.CORE_USES_THE_JDK_ONLY,
                "package io.millhand.spi; class A { picocli.CommandLine b; }");
    }

    @Test
    void refusesAnArrowTheWrongWay() {
        refuses(ArchitectureRules.PROCESS_USES_CORE, "package io.millhand.process; class A { picocli.CommandLine b; }");
        refuses(
                ArchitectureRules.TESTKIT_USES_CORE_JUNIT_AND_ASSERTJ,
                "package io.millhand.testkit; class A { io.millhand.cli.Millhand b; }");
        refuses(
                ArchitectureRules.CLI_USES_CORE_PROCESS_AND_PICOCLI,
                "package io.millhand.cli; class A { io.millhand.testkit.Guarantee b; }");
        refuses(
                ArchitectureRules.LOGGING_USES_CORE_LOGBACK_AND_LOG4J,
                "package io.millhand.logging; class A { io.millhand.process.ProcessWorkers b; }");
    }

    @Test
    void refusesACycleOfModules() {
        var a = "package io.millhand; public class A { io.millhand.process.B b; }";
        var b = "package io.millhand.process; public class B { io.millhand.A a; }";
        refuses(
                ArchitectureRules.MODULES_FORM_NO_CYCLE,
                List.of(new SourceText(Path.of("A.java"), a), new SourceText(Path.of("B.java"), b)));
    }

    @Test
    void refusesProcessesOutsideTheProcessModule() {
        refuses(
                ArchitectureRules.ONLY_PROCESS_STARTS_PROCESSES,
                "package io.millhand; class A { Object b = new ProcessBuilder(); }");
        refuses(
                ArchitectureRules.ONLY_PROCESS_STARTS_PROCESSES,
                "package io.millhand; class A { Object b() throws Exception { return Runtime.getRuntime().exec(\"b\"); } }");
    }

    @Test
    void refusesToEndTheJvm() {
        refuses(
                ArchitectureRules.ONLY_ENTRY_POINTS_EXIT,
                "package io.millhand.cli; class A { void b() { System.exit(1); } }");
        refuses(
                ArchitectureRules.ONLY_ENTRY_POINTS_EXIT,
                "package io.millhand.cli; class A { void b() { Runtime.getRuntime().exit(1); } }");
        refuses(
                ArchitectureRules.ONLY_PROCESS_HALTS,
                "package io.millhand.cli; class A { void b() { Runtime.getRuntime().halt(1); } }");
    }

    @Test
    void refusesAPublicConstructor() {
        refuses(ArchitectureRules.NO_PUBLIC_CONSTRUCTORS, "package io.millhand; public class A {}");
    }

    @Test
    void refusesAFinalizer() {
        refuses(
                ArchitectureRules.NO_FINALIZERS,
                "package io.millhand; class A { @Override protected void finalize() {} }");
    }

    @Test
    void refusesUnsafe() {
        refuses(ArchitectureRules.NO_UNSAFE, "package io.millhand; class A { sun.misc.Unsafe b; }");
    }

    private void refuses(ArchRule rule, String source) {
        refuses(rule, List.of(new SourceText(Path.of("A.java"), source)));
    }

    private void refuses(ArchRule rule, List<SourceText> sources) {
        var options = List.of("-proc:none", "-XDignore.symbol.file", "-d", classes.toString());
        var errors = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var compiled =
                compiler.getTask(errors, null, null, options, null, sources).call();
        assertThat(compiled).as(errors.toString()).isTrue();
        var result = rule.evaluate(new ClassFileImporter().importPath(classes));
        assertThat(result.hasViolation()).as(rule.getDescription()).isTrue();
    }
}
