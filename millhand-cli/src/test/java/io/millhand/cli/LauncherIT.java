package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher, in a checkout that is none: JDKs and Maven are small scripts that say what they were asked.
class LauncherIT {

    private static final Path LAUNCHER =
            Path.of("..", "millhand").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path checkout;

    @BeforeEach
    void plant() throws IOException {
        checkout = folder.resolve("a checkout");
        Path source = checkout.resolve("millhand-cli/src/main/java/A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        Files.writeString(checkout.resolve("millhand-cli/pom.xml"), "");
        Files.writeString(checkout.resolve("pom.xml"), "");
        // the machine's own JDKs must not be found
        String script =
                Files.readString(LAUNCHER).replaceAll("(?m)^( {8})(/(?:usr|opt|Library)\\S*)", "$1" + "/nowhere$2");
        executable(checkout.resolve("millhand"), script);
    }

    @Test
    void passesTheShellsOwnCheck() {
        try (var run = CommandRun.start(folder, List.of("sh", "-n", LAUNCHER.toString()))) {
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void saysWhatToInstallOnTheBarestSystem() {
        try (var run = launch("PATH=/nowhere")) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).startsWith("millhand: there is no JDK 25 or newer here. Install one");
        }
    }

    @Test
    void skipsAnOlderJdkAndBuildsWithTheNewer() throws IOException {
        jdk("old", "17.0.2");
        jdk("new", "25.0.1");
        maven("");
        String path = "PATH=" + folder + "/bin:/usr/bin:/bin";
        try (var run = launch("JAVA_HOME=" + folder + "/old", "MILLHAND_JAVA_HOME=" + folder + "/new", path)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("new says").contains("io.millhand.cli.Millhand map a b");
        }
        try (var run = launch("JAVA_HOME=" + folder + "/old", "PATH=/nowhere")) {
            assertThat(run.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void findsTheJavaOfThePathThroughLinks() throws IOException {
        jdk("new", "26-ea");
        maven("");
        Files.createSymbolicLink(folder.resolve("bin/java"), folder.resolve("new/bin/java"));
        try (var run = launch("PATH=" + folder + "/bin:/usr/bin:/bin")) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("new says");
        }
    }

    @Test
    void buildsAgainOnlyWhenASourceIsNewer() throws IOException {
        jdk("new", "25");
        maven("");
        String[] world = {"JAVA_HOME=" + folder + "/new", "PATH=" + folder + "/bin:/usr/bin:/bin"};
        for (int i = 0; i < 2; i++) {
            try (var run = launch(world)) {
                assertThat(run.exitCode()).as(run.err()).isZero();
            }
            assertThat(folder.resolve("builds")).hasContent("built");
        }
        Files.writeString(checkout.resolve("millhand-cli/src/main/java/B.java"), "");
        try (var run = launch(world)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        assertThat(folder.resolve("builds")).hasContent("built\nbuilt");
    }

    @Test
    void buildsOnceForManyAndOverridesALockWithoutHolder() throws IOException {
        jdk("new", "25");
        maven("sleep 1");
        Path work = Files.createDirectories(checkout.resolve("millhand-cli/target/launcher"));
        Files.createSymbolicLink(work.resolve("lock"), Path.of("99999999"));
        String[] world = {"JAVA_HOME=" + folder + "/new", "PATH=" + folder + "/bin:/usr/bin:/bin"};
        try (var first = launch(world);
                var second = launch(world)) {
            assertThat(first.exitCode()).as(first.err()).isZero();
            assertThat(second.exitCode()).as(second.err()).isZero();
        }
        assertThat(folder.resolve("builds")).content().startsWith("built");
        assertThat(work.resolve("lock")).doesNotExist();
    }

    @Test
    void showsTheOutputOfABuildThatFails() throws IOException {
        jdk("new", "25");
        maven("echo no such symbol; exit 1");
        try (var run = launch("JAVA_HOME=" + folder + "/new", "PATH=" + folder + "/bin:/usr/bin:/bin")) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("no such symbol", "the build failed");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void saysThatMavenIsMissing() throws IOException {
        jdk("new", "25");
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("mkdir", "ln", "rm", "find", "readlink")) {
            executable(tools.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
        }
        try (var run = launch("JAVA_HOME=" + folder + "/new", "PATH=" + tools)) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("building needs Maven");
        }
    }

    private CommandRun launch(String... world) {
        var command = new java.util.ArrayList<>(List.of("/usr/bin/env", "-i", "HOME=" + folder));
        command.addAll(List.of(world));
        command.addAll(List.of("/bin/sh", checkout + "/millhand", "map", "a b"));
        return CommandRun.start(folder, command);
    }

    private void jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\necho " + name + " says \"$@\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    }

    /// Answers as Maven does with a lib folder, and counts.
    private void maven(String first) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        executable(
                bin.resolve("mvn"),
                "#!/bin/sh\n" + first + "\nmkdir -p millhand-cli/target/millhand-1/millhand-1/lib\n" + "echo built >>"
                        + folder + "/builds\n");
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
