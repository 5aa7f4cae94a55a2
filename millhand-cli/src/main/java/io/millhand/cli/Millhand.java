package io.millhand.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The `millhand` command.
@Command(
        name = "millhand",
        mixinStandardHelpOptions = true,
        versionProvider = Millhand.Version.class,
        description = "Runs Java tasks on child JVMs.",
        subcommands = {MapCommand.class, ReplayCommand.class})
public final class Millhand {

    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    private Millhand() {}

    /// Runs the command and ends the JVM with its exit code.
    ///
    /// @param args the command line
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        var command = new CommandLine(new Millhand());
        command.setExpandAtFiles(false); // an input may well begin with @
        command.setParameterExceptionHandler((e, _) -> wrongUsage(e.getCommandLine(), String.valueOf(e.getMessage())));
        command.setExecutionExceptionHandler((e, failed, _) -> {
            if (e instanceof UsageException) {
                failed.getErr().println("millhand: " + e.getMessage());
                return USAGE;
            }
            PrintWriter err = failed.getErr();
            err.println("millhand: this is a defect of millhand:");
            e.printStackTrace(err);
            return FAILURE;
        });
        if (args.length == 0) {
            command.usage(command.getErr());
            return USAGE;
        }
        try {
            return command.execute(args);
        } catch (OutOfMemoryError e) {
            command.getErr()
                    .println("millhand: the results do not fit the heap of the command itself: give it more,"
                            + " as in MILLHAND_OPTS=-Xmx2g (" + e.getMessage() + ")");
            return FAILURE;
        }
    }

    /// Ends the JVM from any thread, whatever the others do.
    static void exit(int code) {
        System.exit(code);
    }

    private static int wrongUsage(CommandLine command, String message) {
        command.getErr().println("millhand: " + message);
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    /// From the jar's manifest.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Millhand.class.getPackage().getImplementationVersion();
            return new String[] {
                "millhand " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
            };
        }
    }
}
