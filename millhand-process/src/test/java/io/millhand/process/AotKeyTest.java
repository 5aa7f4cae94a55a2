package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AotKeyTest {

    @TempDir
    private Path folder;

    private Path one;
    private Path other;

    @BeforeEach
    void makeJars() throws IOException {
        one = Files.writeString(folder.resolve("one.jar"), "one");
        other = Files.writeString(folder.resolve("other.jar"), "other");
    }

    private static AotKey key(List<String> options, Path... classPath) throws Exception {
        return AotKey.of(options, List.of("-cp", JavaCode.joined(List.of(classPath)), "Main"), "JDK");
    }

    @Test
    void isTheSameForTheSame() throws Exception {
        assertThat(key(List.of("-ea"), one, other)).isEqualTo(key(List.of("-ea"), one, other));
    }

    @Test
    void changesWithTheContentOfAJarWhoseLengthAndTimeStay() throws Exception {
        var before = key(List.of(), one, other);
        var time = Files.getLastModifiedTime(one);
        Files.writeString(one, "two");
        Files.setLastModifiedTime(one, time);

        assertThat(key(List.of(), one, other)).isNotEqualTo(before);
    }

    @Test
    void changesWithTheOrderOfTheClassPath() throws Exception {
        assertThat(key(List.of(), one, other)).isNotEqualTo(key(List.of(), other, one));
    }

    @Test
    void changesWithAJarThatComes() throws Exception {
        var late = folder.resolve("late.jar");
        var before = key(List.of(), one, late);
        Files.writeString(late, "late");

        assertThat(key(List.of(), one, late)).isNotEqualTo(before);
    }

    @Test
    void changesWithWhatAManifestNames() throws Exception {
        var main = JavaCode.jar(
                folder.resolve("main.jar"),
                Files.createDirectory(folder.resolve("none")),
                Map.of("Class-Path", "one.jar http://localhost/none.jar"));
        var before = key(List.of(), main);
        Files.writeString(one, "two");

        assertThat(key(List.of(), main)).isNotEqualTo(before);
    }

    @Test
    void changesWithTheOptionsButNotWithSettingsAndHeap() throws Exception {
        var plain = key(List.of("-Xmx100", "-Dname=value"), one);

        assertThat(key(List.of("-Xmx200"), one)).isEqualTo(plain);
        assertThat(key(List.of("--enable-preview"), one)).isNotEqualTo(plain);
    }

    @Test
    void changesWithTheJdk() throws Exception {
        var arguments = List.of("-cp", one.toString(), "Main");

        assertThat(AotKey.of(List.of(), arguments, "25.0.3")).isNotEqualTo(AotKey.of(List.of(), arguments, "25.0.4"));
    }

    @Test
    void readsTheJarsOfAModulePath() throws Exception {
        var arguments = List.of("--module-path", folder.toString(), "-m", "module/Main");
        var before = AotKey.of(List.of(), arguments, "JDK");
        Files.writeString(one, "two");

        assertThat(AotKey.of(List.of(), arguments, "JDK")).isNotEqualTo(before);
    }

    @Test
    void refusesAFolderOfClasses() {
        assertThatThrownBy(() -> key(List.of(), one, folder))
                .isInstanceOf(AotKey.UnfitException.class)
                .hasMessage("the class path has a folder of classes, " + folder
                        + ", and the JDK keeps no cache of classes outside jars");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-javaagent:agent.jar",
                "-agentlib:jdwp=transport=dt_socket",
                "-XX:AOTMode=on",
                "-XX:SharedArchiveFile=mine.jsa",
                "-Xshare:off",
                "--patch-module=java.base=patch",
                "-Djava.system.class.loader=Mine"
            })
    void refusesAnOptionBesideWhichThereIsNoCache(String option) {
        assertThatThrownBy(() -> key(List.of(option), one))
                .isInstanceOf(AotKey.UnfitException.class)
                .hasMessage("the JDK keeps no cache beside " + option);
    }
}
