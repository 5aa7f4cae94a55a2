package io.millhand.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `millhand` command.
@Command(name = "millhand", mixinStandardHelpOptions = true)
public final class Millhand implements Runnable {

    private Millhand() {}

    /// Runs the command and ends the JVM with its exit code.
    ///
    /// @param args the command line
    public static void main(String[] args) {
        System.exit(new CommandLine(new Millhand()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
