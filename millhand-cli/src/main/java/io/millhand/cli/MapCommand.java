package io.millhand.cli;

import io.millhand.ResultOrder;
import io.millhand.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command line of `millhand map`: turns it into a [MapJob], or into a message that says what is wrong with it.
@Command(
        name = "map",
        mixinStandardHelpOptions = true,
        versionProvider = Millhand.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs a Java function over inputs, each on a child JVM that can be killed.",
        footer = {
            "",
            "The function takes a String (a line, or the text of a file), a Path, an int or a long.",
            "Its result is printed; a record, list or map is printed as JSON.",
            "",
            "Exit codes: 0 all succeeded, 1 some did not, 2 wrong usage, 130 interrupted, 143 terminated,",
            "141 the reader of the results went away."
        })
final class MapCommand implements Callable<Integer> {

    private static final int MAX_RETRIES = 1_000_000;

    @Parameters(
            index = "0",
            paramLabel = "FUNCTION",
            description = "File.java, File.java::method, or class::method of the class path")
    private String function = "";

    @Parameters(
            index = "1..*",
            paramLabel = "INPUT",
            description = "files, patterns such as 'src/**/*.java', or - for the lines of the standard input")
    private List<String> inputs = new ArrayList<>();

    @Option(names = "--lines", paramLabel = "FILE", description = "each line of the file is an input; may be repeated")
    private List<String> lines = new ArrayList<>();

    @Option(
            names = "--range",
            paramLabel = "A..B",
            converter = NumberRange.Converter.class,
            description = "each whole number from A to B is an input; may be repeated")
    private List<NumberRange> ranges = new ArrayList<>();

    @Option(
            names = {"--classpath", "--class-path"},
            paramLabel = "PATH",
            description = "folders and jars with the function's classes and libraries")
    private List<String> classPath = new ArrayList<>();

    @Option(names = "--workers", paramLabel = "N", description = "child JVMs; default: the number of processors")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "kill an attempt that takes longer: 500ms, 30s, 5m, 1h; default: no limit")
    private @Nullable Duration timeout;

    @Option(names = "--retries", paramLabel = "N", description = "try again up to N times; default: 0")
    private int retries;

    @Option(names = "--keep-order", description = "results in the order of the inputs (default)")
    private boolean keepOrder;

    @Option(names = "--unordered", description = "results as they come")
    private boolean unordered;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "write one JSON object for each input there, instead of results to the standard output")
    private @Nullable Path output;

    @Option(names = "--append", description = "add to an output file that exists")
    private boolean append;

    @Option(names = "--overwrite", description = "replace an output file that exists")
    private boolean overwrite;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "heap of each child: 512m, 2g; default: a share of the memory")
    private @Nullable Long heap;

    @Option(names = "--jvm-option", paramLabel = "OPTION", description = "for the children; may be repeated")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(
            names = "--crash-folder",
            paramLabel = "FOLDER",
            description = "keep each crash in a folder there, for 'millhand replay'")
    private @Nullable Path crashFolder;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long a stopped run may finish what has begun; default: 10s")
    private Duration grace = Duration.ofSeconds(10);

    @Override
    public Integer call() {
        var display = Display.ofProcess();
        OutputRelay.install(display);
        requireSense();
        var stop = new Stop(display, grace, Millhand::exit);
        Signals.handle(stop);
        try (var scratch = new ScratchFolder(crashFolder)) {
            FunctionRef ref = find(scratch);
            return new MapJob(ref, given(ref.parameter()), settings(), destination()).run(display, stop);
        }
    }

    private void requireSense() {
        require(workers >= 1, "--workers must be at least 1, was " + workers);
        require(retries >= 0, "--retries must not be negative, was " + retries);
        require(retries <= MAX_RETRIES, "--retries must be at most " + MAX_RETRIES + ", was " + retries);
        require(
                timeout == null || timeout.isPositive(),
                "--timeout must be more than nothing, was " + Tally.seconds(timeout == null ? 0 : timeout.toNanos()));
        require(!(keepOrder && unordered), "--keep-order and --unordered exclude each other");
        require(!(append && overwrite), "--append and --overwrite exclude each other");
        require(output != null || !(append || overwrite), "--append and --overwrite are for --output");
        require(
                !(inputs.isEmpty() && lines.isEmpty() && ranges.isEmpty()),
                "there is no input: name files or - for the standard input, or use --lines or --range");
    }

    private FunctionRef find(ScratchFolder scratch) {
        var path = ClassPath.parse(classPath);
        return switch (FunctionName.parse(function)) {
            case FunctionName.InClass name ->
                new FunctionLookup(path).inClass(name).on(path, output != null);
            case FunctionName.InSource name -> {
                var classes = new SourceCompiler(path, scratch.path()).compile(name.file());
                yield FunctionLookup.inSource(name, classes).on(path.startingWith(scratch.path()), output != null);
            }
        };
    }

    private Inputs given(Parameter parameter) {
        var given = new Inputs();
        inputs.forEach(input -> given.add(input, parameter));
        lines.forEach(given::addLines);
        ranges.forEach(given::addRange);
        return given;
    }

    private MapJob.Settings settings() {
        return new MapJob.Settings(
                workers,
                timeout == null ? Task.FOREVER : timeout,
                retries,
                unordered ? ResultOrder.COMPLETION : ResultOrder.INPUT,
                new MapJob.Children(heap, List.copyOf(jvmOptions), crashFolder));
    }

    private MapJob.Destination destination() {
        var existing = append
                ? OutputFile.Existing.APPEND
                : overwrite ? OutputFile.Existing.OVERWRITE : OutputFile.Existing.REFUSE;
        return new MapJob.Destination(output, existing);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new UsageException(message);
        }
    }
}
