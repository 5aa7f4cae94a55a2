package io.millhand.cli;

import io.millhand.Outcome;
import io.millhand.WorkerStartException;
import io.millhand.process.Replay;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command line of `millhand replay`: one task that crashed, once more.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = Millhand.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs a task again that crashed, in a child JVM that is started as the one that died.",
        footer = {
            "",
            "Exit codes: 0 it succeeded, 1 it did not, 2 wrong usage, or a folder that cannot be replayed here.",
        })
final class ReplayCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description = "the folder of one crash, as 'millhand map --crash-folder' and the library leave them")
    private Path folder = Path.of("");

    @Option(names = "--debug", description = "let the child wait for a debugger; its port is told")
    private boolean debug;

    @Override
    public Integer call() throws IOException {
        var display = Display.ofProcess();
        OutputRelay.install(display);
        var replay = read();
        if (debug) {
            display.line("millhand: the child waits for a debugger at the port that it tells, on this machine");
            replay = replay.debugged();
        }
        var outcome = replay.run();
        if (outcome instanceof Outcome.Succeeded<String>(var value)) {
            display.results(() -> print(value));
            return 0;
        }
        String reason = outcome instanceof Outcome.Failed<String>(WorkerStartException cause)
                ? "cannot start workers: " + cause.getMessage()
                : StdoutSink.failure(replay.taskName(), outcome);
        display.line("millhand: " + reason);
        return 1;
    }

    private Replay read() {
        try {
            return Replay.of(folder);
        } catch (IOException e) {
            throw new UsageException("cannot replay " + folder + ": " + e.getMessage());
        }
    }

    private static void print(String value) throws IOException {
        try (var out = new FileOutputStream(FileDescriptor.out)) {
            out.write((value + '\n').getBytes(StandardCharsets.UTF_8));
        }
    }
}
