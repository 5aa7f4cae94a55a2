package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.testkit.Guarantee;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFileTest {

    @TempDir
    private Path folder;

    @Test
    void isNotUsedForWhatACommandLineHolds() throws Exception {
        var arguments = List.of("-cp", "a.jar", "Main");

        assertThat(ArgumentFile.shortened(arguments, folder.resolve("file"))).isSameAs(arguments);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesLettersThatTheLauncherCannotBeTold() {
        var arguments = List.of("-cp", "a.jar", "-Dname=m\u00fchle", "Main");

        assertThatThrownBy(() -> ArgumentFile.ensureEncodable(arguments, StandardCharsets.US_ASCII))
                .isInstanceOf(IOException.class)
                .hasMessage("an argument of the child's java command must have letters that the encoding of this"
                        + " system, US-ASCII, can write, was -Dname=m\u00fchle; set LC_ALL=C.UTF-8, for example, for"
                        + " this JVM");
        assertThatCode(() -> ArgumentFile.ensureEncodable(arguments, StandardCharsets.UTF_8))
                .doesNotThrowAnyException();
    }

    /// The launcher of the JDK reads it: it alone knows.
    @Test
    @Guarantee("6.10.4")
    void bringsEveryArgumentAsItIs() throws Exception {
        var classes = JavaCode.compile(folder, "--class-path", List.of(), Map.of("Echo.java", """
                public class Echo {
                    public static void main(String[] args) {
                        for (int i = 1; i < 9; i++) {
                            System.out.println(System.getProperty("p" + i).replace('\\n', '|').replace('\\r', '%'));
                        }
                        System.out.println(System.getProperty("java.class.path").length());
                    }
                }
                """));
        var values =
                List.of("a b", "back\\slash", "say \"x\"", "#no comment", "two\nlines\rtabs\t", "it's", "@file", "");
        var arguments = new ArrayList<String>();
        for (int i = 0; i < values.size(); i++) {
            arguments.add("-Dp" + (i + 1) + "=" + values.get(i));
        }
        String classPath = classes + (File.pathSeparator + "/none/" + "x".repeat(90)).repeat(2000);
        arguments.addAll(List.of("-cp", classPath, "Echo"));

        var shortened = ArgumentFile.shortened(arguments, folder.resolve("file"));

        assertThat(shortened).containsExactly("@" + folder.resolve("file"));
        var ending = ParentJvm.run(folder, "java", shortened, Map.of());
        assertThat(ending.output())
                .isEqualTo("a b\nback\\slash\nsay \"x\"\n#no comment\ntwo|lines%tabs\t\nit's\n@file\n\n"
                        + classPath.length() + "\n");
        assertThat(classPath.length()).isGreaterThan(128 * 1024);
        assertThat(Files.size(folder.resolve("file"))).isGreaterThan(128 * 1024);
    }
}
