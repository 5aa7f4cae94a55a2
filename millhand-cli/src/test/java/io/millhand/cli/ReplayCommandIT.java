package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandIT {

    private static final Pattern PORT = Pattern.compile("Listening for transport dt_socket at address: (\\d+)");

    @TempDir
    Path folder;

    @Test
    void crashesTheSameWayAgain() throws IOException {
        var crash = crashOf("System.exit(n + 4)", 3);

        try (var run = CommandRun.millhand(folder, "replay", crash.toString())) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("millhand: 3: crashed: exited with code 7");
        }
    }

    @Test
    void printsTheResultOfATaskThatSucceedsThisTime() throws IOException {
        var crash = crashOf("if (new java.io.File(\"mark\").createNewFile()) Runtime.getRuntime().halt(9)", 5);

        try (var run = CommandRun.millhand(folder, "replay", crash.toString())) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEqualTo("5 \u00e9\n");
        }
    }

    @Test
    void tellsWhatIsThrownThisTime() throws IOException {
        var crash = crashOf(
                "if (new java.io.File(\"mark\").createNewFile()) System.exit(1); else throw new Exception(\"no\")", 1);

        try (var run = CommandRun.millhand(folder, "replay", crash.toString())) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("millhand: 1: failed: java.lang.Exception: no (Crash.java:1)");
        }
    }

    @Test
    void waitsForADebugger() throws IOException {
        var crash = crashOf("System.exit(3)", 1);

        try (var run = CommandRun.millhand(folder, "replay", "--debug", crash.toString())) {
            run.awaitErr("Listening for transport dt_socket at address: ");
            var told = PORT.matcher(run.err());
            assertThat(told.find()).isTrue();
            resume(Integer.parseInt(told.group(1)));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("crashed: exited with code 3");
        }
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws IOException {
        try (var run = CommandRun.millhand(folder, "replay", "nowhere")) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("millhand: cannot replay nowhere: ").contains("this is no folder");
        }
        var crash = crashOf("System.exit(3)", 1);
        Files.write(crash.resolve("task.bin"), new byte[] {1, 2, 3});
        try (var run = CommandRun.millhand(folder, "replay", crash.toString())) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("task.bin is damaged");
        }
        Files.delete(crash.resolve("replay.properties"));
        try (var run = CommandRun.millhand(folder, "replay", crash.toString())) {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("holds no crash").doesNotContain("\tat ");
        }
    }

    @Test
    void keepsNoClassesOfARunWithoutACrash() throws IOException {
        try (var run = map("System.out.print(\"\")", 1)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        assertThat(folder.resolve("crashes")).isEmptyDirectory();
    }

    private Path crashOf(String body, int input) throws IOException {
        try (var run = map(body, input)) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("; kept in " + folder.toRealPath());
        }
        try (var found = Files.newDirectoryStream(folder.resolve("crashes"), "*-task1-attempt1")) {
            return found.iterator().next();
        }
    }

    private CommandRun map(String body, int input) throws IOException {
        Files.writeString(
                folder.resolve("Crash.java"),
                "class Crash { public static String f(int n) throws Exception { " + body
                        + "; return n + \" \u00e9\"; } }");
        return CommandRun.millhand(
                folder,
                "map",
                "Crash.java",
                "--range",
                input + ".." + input,
                "--workers",
                "1",
                "--crash-folder",
                "crashes");
    }

    /// What a debugger says first, and then that the JVM may go on.
    private static void resume(int port) throws IOException {
        byte[] handshake = "JDWP-Handshake".getBytes(StandardCharsets.US_ASCII);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var out = new DataOutputStream(socket.getOutputStream());
            var in = new DataInputStream(socket.getInputStream());
            out.write(handshake);
            assertThat(in.readNBytes(handshake.length)).isEqualTo(handshake);
            out.writeInt(11);
            out.writeInt(1);
            for (int b : List.of(0, 1, 9)) { // a command: VirtualMachine.Resume
                out.writeByte(b);
            }
            out.flush();
            var _ = in.readAllBytes(); // until the JVM is gone
        }
    }
}
