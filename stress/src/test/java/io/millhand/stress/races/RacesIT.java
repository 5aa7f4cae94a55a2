package io.millhand.stress.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A short run of all races; `stress/races.sh` is the long one.
class RacesIT {

    /// In one JVM each, since with options of ours jcstress tries no others: half a minute on two CPUs.
    private static final String SHORT = "-m quick -sc false -f 1 -iters 2 -time 100 -jvmArgs -Xmx256m";

    private static final String OPTIONS = System.getProperty("races.options", SHORT);
    private static final long CEILING_HOURS = 12;
    private static final Pattern COUNTS =
            Pattern.compile("(\\d+) planned; (\\d+) passed, 0 failed, 0 soft errs, 0 hard errs");

    @TempDir
    private Path temporary;

    @Test
    void noRaceEndsAsItMustNot() throws Exception {
        var folder = Path.of(System.getProperty("races.folder", temporary.toString()));
        Files.createDirectories(folder);
        var output = folder.resolve("output.txt");

        int exitCode = races(folder, output);

        var text = Files.readString(output);
        assertThat(exitCode).as(text).isZero();
        var counts = COUNTS.matcher(text).results().toList();
        assertThat(counts).as(text).isNotEmpty();
        assertThat(counts.getLast().group(2))
                .as(text)
                .isEqualTo(counts.getLast().group(1));
        assertThat(Integer.parseInt(counts.getLast().group(1))).as(text).isPositive();
    }

    private static int races(Path folder, Path output) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.openjdk.jcstress.Main",
                "-r",
                folder.toString()));
        command.addAll(List.of(OPTIONS.split(" ")));
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(CEILING_HOURS, TimeUnit.HOURS)).isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
