package io.millhand.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
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
    }

    @Test
    void refusesACycleOfModules() {
        refuses(
                ArchitectureRules.MODULES_FORM_NO_CYCLE,
                "package io.millhand; public class A { io.millhand.process.B b; }",
                "package io.millhand.process; public class B { io.millhand.A a; }");
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

    private void refuses(ArchRule rule, String... sources) {
        var result = rule.evaluate(compile(sources));
        assertThat(result.hasViolation()).as(rule.getDescription()).isTrue();
    }

    private JavaClasses compile(String... sources) {
        var options = List.of("-proc:none", "-nowarn", "-XDignore.symbol.file", "-d", classes.toString());
        var files = List.of(sources).stream().map(InMemory::new).toList();
        var errors = new StringWriter();
        var compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(errors, null, null, options, null, files)
                .call();
        assertThat(compiled).as(errors.toString()).isTrue();
        return new ClassFileImporter().importPath(classes);
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final String text;

        InMemory(String text) {
            super(URI.create("text:///" + (text.contains("class B ") ? "B" : "A") + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
