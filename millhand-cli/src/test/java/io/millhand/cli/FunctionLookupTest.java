package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionLookupTest {

    private static final ClassPath NOTHING = new ClassPath(List.of());

    @TempDir
    Path folder;

    @Test
    void readsTheThreeFormsOfAName() {
        assertThat(FunctionName.parse("a/B.java"))
                .isEqualTo(new FunctionName.InSource(Path.of("a/B.java"), java.util.Optional.empty()));
        assertThat(FunctionName.parse("a/B.java::c"))
                .isEqualTo(new FunctionName.InSource(Path.of("a/B.java"), java.util.Optional.of("c")));
        assertThat(FunctionName.parse("a.B::c")).isEqualTo(new FunctionName.InClass("a.B", "c"));
        assertThatThrownBy(() -> FunctionName.parse("a.B")).hasMessageContaining("was 'a.B'");
        assertThatThrownBy(() -> FunctionName.parse("::c")).hasMessageContaining("was '::c'");
        assertThatThrownBy(() -> FunctionName.parse("B.java::")).hasMessageContaining("was 'B.java::'");
    }

    @Test
    void takesTheOnlyFunctionOfAFile() {
        var found = find("""
                package deep.down;
                class F {
                    public static long twice(long n) { return 2 * n; }
                    public static void main(String[] args) {}
                    static int hidden(int n) { return n; }
                    public static int two(int a, int b) { return a; }
                    public int notStatic(int a) { return a; }
                    public enum Color { RED }
                }""", "F.java");
        assertThat(found.owner()).isEqualTo("deep.down.F");
        assertThat(found.name()).isEqualTo("twice");
        assertThat(found.parameter()).contains(Parameter.LONG);
    }

    @Test
    void prefersTheClassNamedAsTheFile() {
        var found = find("""
                class Other { public static String other(String s) { return s; } }
                class F { public static String mine(String s) { return s; } }""", "F.java");
        assertThat(found.name()).isEqualTo("mine");
    }

    @Test
    void findsTheFunctionOfAClassNamedDifferently() {
        assertThat(find("class Other { public static String f(String s) { return s; } }", "F.java")
                        .owner())
                .isEqualTo("Other");
    }

    @Test
    void findsAMethodOfANestedClassByItsName() {
        assertThat(find("class F { static class In { public static int f(int n) { return n; } } }", "F.java::f")
                        .owner())
                .isEqualTo("F$In");
    }

    @Test
    void listsTheCandidatesWhereSeveralFit() {
        String source = """
                public class F {
                    public static int a(int n) { return n; }
                    public static String b(java.nio.file.Path n) { return ""; }
                }""";
        assertThatThrownBy(() -> find(source, "F.java"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("more than one")
                .hasMessageContaining("int F.a(int)")
                .hasMessageContaining("String F.b(Path)");
        assertThat(find(source, "F.java::b").parameter()).contains(Parameter.PATH);
    }

    @Test
    void tellsOfAParameterOfAnotherType() {
        assertThatThrownBy(() -> find("class F { public static int a(double n) { return 1; } }", "F.java"))
                .hasMessageContaining("must be String, Path, int or long")
                .hasMessageContaining("int F.a(double)");
    }

    @Test
    void tellsOfAMethodThatIsNotThere() {
        assertThatThrownBy(() -> find("class F { public static int a(int n) { return 1; } }", "F.java::b"))
                .hasMessageContaining("no public static method b");
        assertThatThrownBy(() -> find("class F { }", "F.java")).hasMessageContaining("no public static method");
    }

    @Test
    void refusesAFunctionThatAnswersNothing() {
        assertThatThrownBy(() -> find("class F { public static void a(int n) { } }", "F.java"))
                .hasMessageContaining("is void");
    }

    @Test
    void showsWhereASourceDoesNotCompile() {
        assertThatThrownBy(() -> find("class F {\n  int x = \"a\";\n}", "F.java"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("F.java:2: error: incompatible types");
    }

    @Test
    void tellsOfASourceThatIsNotThere() {
        assertThatThrownBy(() -> new SourceCompiler(NOTHING, folder).compile(Path.of("none/F.java")))
                .hasMessage("there is no source file none/F.java");
    }

    @Test
    void readsClassesOfTheJdkAndOfFolders() throws IOException {
        var lookup = new FunctionLookup(NOTHING);
        assertThat(lookup.inClass(new FunctionName.InClass("java.lang.Long", "toHexString"))
                        .parameter())
                .contains(Parameter.LONG);
        find("package p; class F { static class In { public static int f(int n) { return n; } } }", "F.java::f");
        var path = ClassPath.parse(List.of(folder.resolve("out").toString()));
        assertThat(new FunctionLookup(path)
                        .inClass(new FunctionName.InClass("p.F.In", "f"))
                        .owner())
                .isEqualTo("p.F$In");
    }

    @Test
    void namesTheClassThatIsMissing() {
        assertThatThrownBy(() -> new FunctionLookup(NOTHING).inClass(new FunctionName.InClass("a.B", "c")))
                .hasMessageContaining("class a.B was not found");
        assertThatThrownBy(() -> ClassPath.parse(List.of("/none/at/all.jar"))).hasMessageContaining("does not exist");
    }

    private Candidate find(String source, String name) {
        var parsed = (FunctionName.InSource) FunctionName.parse(name);
        try {
            Path file = Files.writeString(folder.resolve("F.java"), source);
            Path out = Files.createDirectories(folder.resolve("out"));
            return FunctionLookup.inSource(parsed, new SourceCompiler(NOTHING, out).compile(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
