package io.millhand.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line and the environment of a child.
final class CommandLine {

    /// What would make a child's JVM say or do more than it was told: not inherited.
    private static final List<String> SCRUBBED =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS");

    /// Elsewhere the JVM would say that it cannot.
    private static final boolean TRIMS = System.getProperty("os.name", "").equals("Linux");

    private CommandLine() {}

    /// @param config of all children
    /// @param heapBytes of each
    /// @param displayName how lists of processes show the child
    /// @param folder of this start; may get files
    /// @param more options of the JVM, beside [those of all children][#options]
    static ProcessBuilder of(
            ProcessWorkers config, long heapBytes, String displayName, PrivateFolder folder, List<String> more)
            throws IOException {
        var arguments = options(config, heapBytes);
        arguments.addAll(more);
        arguments.addAll(ChildCode.arguments(config.jvm().classPath(), folder));
        return builder(config, arguments, displayName, folder);
    }

    /// The JVM that makes an AOT cache for children of this kind.
    ///
    /// @param cache the file
    static ProcessBuilder training(
            ProcessWorkers config, long heapBytes, String displayName, PrivateFolder folder, Path cache)
            throws IOException {
        var arguments = options(config, heapBytes);
        arguments.add("-XX:AOTCacheOutput=" + cache);
        arguments.addAll(ChildCode.arguments(config.jvm().classPath(), folder));
        String main = arguments.removeLast();
        arguments.add(main.replace(ChildMain.class.getName(), AotTraining.class.getName()));
        return builder(config, arguments, displayName, folder);
    }

    /// The JDK of children.
    static Path javaHome(ProcessWorkers config) {
        return config.jvm().javaHome().orElseGet(() -> Path.of(System.getProperty("java.home")));
    }

    private static ProcessBuilder builder(
            ProcessWorkers config, List<String> arguments, String displayName, PrivateFolder folder)
            throws IOException {
        var jvm = config.jvm();
        var command = new ArrayList<>(jvm.launcher());
        command.addAll(Guard.launcher());
        command.add(javaHome(config).resolve("bin/java").toString());
        ArgumentFile.ensureEncodable(arguments, ArgumentFile.ENCODING);
        command.addAll(ArgumentFile.shortened(arguments, folder.arguments()));
        command.add(displayName);
        command.add(folder.socket().toString());
        var builder = new ProcessBuilder(command);
        SCRUBBED.forEach(builder.environment()::remove);
        builder.environment().putAll(jvm.environment());
        return builder;
    }

    /// The options of the JVM, but for its code: Millhand's own first, the user's last, which therefore win.
    static List<String> options(ProcessWorkers config, long heapBytes) {
        var jvm = config.jvm();
        var options = flags(config, heapBytes);
        options.addAll(InheritedOptions.ofThisJvm(jvm.classPath().isEmpty()));
        options.addAll(InheritedOptions.settings(jvm.properties()));
        if (config.diagnosis().debugging()) {
            options.add(DebugPort.OPTION);
        }
        options.addAll(jvm.options());
        return options;
    }

    /// Its share of the processors, so that the collectors, compilers and common pools of all children together are not
    /// more than the machine has.
    static int processors(int available, int children) {
        return Math.max(1, Math.ceilDiv(available, children));
    }

    private static List<String> flags(ProcessWorkers config, long heapBytes) {
        var options = config.jvm().options();
        var flags = new ArrayList<String>();
        flags.add("-Xmx" + heapBytes);
        if (options.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
            flags.add("-XX:+UseSerialGC");
        }
        flags.add(
                "-XX:ActiveProcessorCount=" + processors(Runtime.getRuntime().availableProcessors(), config.workers()));
        // A loop without calls must stop for a safepoint, or nothing in this JVM can be asked, not even where it
        // stands.
        flags.add("-XX:+UseCountedLoopSafepoints");
        flags.add("-XX:LoopStripMiningIter=1000");
        // After one failed allocation nothing is known to work; a dead worker is replaced in no time.
        flags.add("-XX:+ExitOnOutOfMemoryError");
        if (TRIMS) {
            // What the compilers of a start have freed, 7 MiB, is the C library's to keep, and is the system's again.
            flags.add("-XX:TrimNativeHeapInterval=10000");
        }
        // The report of a fatal error goes where this side reads it, not into somebody's working directory.
        flags.add("-XX:+ErrorFileToStderr");
        flags.add("-XX:+DisplayVMOutputToStderr");
        flags.add("-XX:-CreateCoredumpOnCrash");
        flags.add(ChildLogging.OPTION);
        flags.add("-Xlog:disable");
        flags.add("-Xlog:all=error:stderr");
        return flags;
    }
}
