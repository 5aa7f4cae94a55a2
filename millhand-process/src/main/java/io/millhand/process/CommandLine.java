package io.millhand.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line and the environment of a child.
final class CommandLine {

    /// What would make a child's JVM say or do more than it was told: not inherited.
    private static final List<String> SCRUBBED = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /// Makes the child the leader of a process group from birth, and then becomes it.
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private CommandLine() {}

    /// @param displayName how lists of processes show the child
    static ProcessBuilder of(ProcessWorkers workers, long heapBytes, String displayName, Path socket) {
        var config = workers.jvm();
        var command = new ArrayList<>(config.launcher());
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(config.javaHome()
                .orElseGet(() -> Path.of(System.getProperty("java.home")))
                .resolve("bin/java")
                .toString());
        command.addAll(options(workers, heapBytes));
        command.addAll(code());
        command.add(displayName);
        command.add(socket.toString());
        var builder = new ProcessBuilder(command);
        SCRUBBED.forEach(builder.environment()::remove);
        builder.environment().putAll(config.environment());
        return builder;
    }

    /// The options of the JVM, Millhand's own first.
    static List<String> options(ProcessWorkers workers, long heapBytes) {
        var options = flags(workers.jvm(), heapBytes);
        if (workers.diagnosis().debugging()) {
            options.add(DebugPort.OPTION);
        }
        options.addAll(workers.jvm().options());
        return options;
    }

    private static List<String> flags(ChildJvm config, long heapBytes) {
        var flags = new ArrayList<String>();
        flags.add("-Xmx" + heapBytes);
        if (config.options().stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
            flags.add("-XX:+UseSerialGC");
        }
        // A loop without calls must stop for a safepoint, or nothing in this JVM can be asked, not even where it
        // stands.
        flags.add("-XX:+UseCountedLoopSafepoints");
        flags.add("-XX:LoopStripMiningIter=1000");
        // After one failed allocation nothing is known to work; a dead worker is replaced in no time.
        flags.add("-XX:+ExitOnOutOfMemoryError");
        // The report of a fatal error goes where this side reads it, not into somebody's working directory.
        flags.add("-XX:+ErrorFileToStderr");
        flags.add("-XX:+DisplayVMOutputToStderr");
        flags.add("-XX:-CreateCoredumpOnCrash");
        flags.add("-Xlog:disable");
        flags.add("-Xlog:all=error:stderr");
        // For the lifeline.
        flags.add("--enable-native-access=" + ownModule());
        flags.add("--add-exports=java.base/sun.nio.ch=" + ownModule());
        return flags;
    }

    private static List<String> code() {
        var code = new ArrayList<String>();
        String modulePath = System.getProperty("jdk.module.path", "");
        if (!modulePath.isEmpty()) {
            code.addAll(List.of("--module-path", modulePath, "--add-modules", "ALL-MODULE-PATH"));
        }
        String classPath = System.getProperty("java.class.path", "");
        code.addAll(List.of("-cp", classPath.isEmpty() ? File.separator + "nonexistent" : classPath));
        var module = ChildMain.class.getModule();
        if (module.isNamed()) {
            code.addAll(List.of("-m", module.getName() + "/" + ChildMain.class.getName()));
        } else {
            code.add(ChildMain.class.getName());
        }
        return code;
    }

    private static String ownModule() {
        var module = ChildMain.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }
}
