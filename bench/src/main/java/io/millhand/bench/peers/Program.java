package io.millhand.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Something that does a run, in a process of its own. Programs in other languages keep the same contract: the
/// arguments
/// are the word of a [Run] and its size, or `version`; the output has a line `measure value` for each [Measure] of that
/// run, or `version TEXT`.
@FunctionalInterface
interface Program {

    int PAYLOAD_BYTES = 16 << 20;

    /// Does it once.
    Map<Measure, Double> measure(Run run, int size) throws Exception;

    /// What the main method of a program does.
    static void main(String[] args, Program program) throws Exception {
        if (args[0].equals("version")) {
            System.out.println("version " + Runtime.version());
            return;
        }
        var run = Run.valueOf(args[0].toUpperCase(Locale.ROOT));
        program.measure(run, Integer.parseInt(args[1]))
                .forEach((measure, value) -> System.out.println(measure.word() + " " + value));
    }

    /// Nothing that compresses or that the kernel could leave out.
    static byte[] payload() {
        var bytes = new byte[PAYLOAD_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    static double mebibytesPerSecond(double[] nanos) {
        return PAYLOAD_BYTES / (double) (1 << 20) / (Samples.median(nanos) / 1e9);
    }

    static double residentMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
