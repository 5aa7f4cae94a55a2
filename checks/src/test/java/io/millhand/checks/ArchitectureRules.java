package io.millhand.checks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.logging.Handler;
import java.util.stream.Stream;

/// The arrows between the published modules, and what each of them leaves to another.
final class ArchitectureRules {

    private static final List<String> CORE = List.of("io.millhand", "io.millhand.spi");
    private static final String PROCESS = "io.millhand.process";
    private static final String TESTKIT = "io.millhand.testkit";
    private static final String CLI = "io.millhand.cli";
    private static final String LOGGING = "io.millhand.logging";

    /// The packages of the published modules.
    static final List<String> PUBLISHED = Stream.concat(CORE.stream(), Stream.of(PROCESS, TESTKIT, CLI, LOGGING))
            .toList();

    private static final List<String> JDK =
            List.of("java..", "jdk.jfr..", "org.jspecify.annotations..", "com.google.errorprone.annotations..");

    static final ArchRule CORE_USES_THE_JDK_ONLY = uses(CORE);

    static final ArchRule PROCESS_USES_CORE = uses(List.of(PROCESS), "io.millhand", "io.millhand.spi");

    static final ArchRule TESTKIT_USES_CORE_JUNIT_AND_ASSERTJ = uses(
            List.of(TESTKIT), "io.millhand", "io.millhand.spi", "org.junit..", "org.opentest4j..", "org.assertj..");

    static final ArchRule CLI_USES_CORE_PROCESS_AND_PICOCLI =
            uses(List.of(CLI), "io.millhand", "io.millhand.spi", PROCESS, "picocli..", "javax.tools..");

    static final ArchRule LOGGING_USES_CORE_LOGBACK_AND_LOG4J =
            uses(List.of(LOGGING), "io.millhand.spi", "ch.qos.logback..", "org.slf4j..", "org.apache.logging.log4j..");

    static final ArchRule MODULES_FORM_NO_CYCLE =
            slices().assignedFrom(new Modules()).should().beFreeOfCycles();

    static final ArchRule ONLY_PROCESS_STARTS_PROCESSES = noClasses()
            .that()
            .resideOutsideOfPackage(PROCESS)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .orShould()
            .accessTargetWhere(method(Runtime.class, "exec"));

    static final ArchRule ONLY_ENTRY_POINTS_EXIT = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.millhand.cli.Millhand")
            .and()
            .doNotHaveFullyQualifiedName("io.millhand.process.ChildMain")
            .should()
            .accessTargetWhere(method(System.class, "exit"))
            .orShould()
            .accessTargetWhere(method(Runtime.class, "exit"));

    static final ArchRule ONLY_PROCESS_HALTS = noClasses()
            .that()
            .resideOutsideOfPackage(PROCESS)
            .should()
            .accessTargetWhere(method(Runtime.class, "halt"));

    static final ArchRule NO_PUBLIC_CONSTRUCTORS = constructors()
            .that()
            .areDeclaredInClassesThat(describe(
                    "are public, and no record, enum, exception, log handler or appender, which is made by its name",
                    type -> type.getModifiers().contains(JavaModifier.PUBLIC)
                            && !type.isRecord()
                            && !type.isEnum()
                            && !type.isAssignableTo(Throwable.class)
                            && !type.isAssignableTo(Handler.class)
                            && !type.isAssignableTo("ch.qos.logback.core.UnsynchronizedAppenderBase")))
            .should()
            .notBePublic();

    static final ArchRule NO_FINALIZERS = noMethods().should(haveName("finalize"));

    static final ArchRule NO_UNSAFE =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe");

    static final List<ArchRule> ALL = List.of(
            CORE_USES_THE_JDK_ONLY,
            PROCESS_USES_CORE,
            TESTKIT_USES_CORE_JUNIT_AND_ASSERTJ,
            CLI_USES_CORE_PROCESS_AND_PICOCLI,
            LOGGING_USES_CORE_LOGBACK_AND_LOG4J,
            MODULES_FORM_NO_CYCLE,
            ONLY_PROCESS_STARTS_PROCESSES,
            ONLY_ENTRY_POINTS_EXIT,
            ONLY_PROCESS_HALTS,
            NO_PUBLIC_CONSTRUCTORS,
            NO_FINALIZERS,
            NO_UNSAFE);

    private ArchitectureRules() {}

    private static ArchRule uses(List<String> module, String... others) {
        var allowed =
                Stream.of(JDK.stream(), module.stream(), Stream.of(others)).flatMap(names -> names);
        return classes()
                .that()
                .resideInAnyPackage(module.toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new));
    }

    /// A call or a reference of a method, whatever its parameters.
    private static DescribedPredicate<JavaAccess<?>> method(Class<?> owner, String name) {
        return describe(
                "the method is %s.%s".formatted(owner.getSimpleName(), name),
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && access.getName().equals(name));
    }

    /// Every package is a module, but for the two of core.
    private static final class Modules implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            var name = type.getPackageName();
            if (!PUBLISHED.contains(name)) {
                return SliceIdentifier.ignore();
            }
            return SliceIdentifier.of(CORE.contains(name) ? "io.millhand" : name);
        }

        @Override
        public String getDescription() {
            return "modules";
        }
    }
}
