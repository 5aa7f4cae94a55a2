package io.millhand.process;

import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.Task;
import io.millhand.TaskQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/// One task that crashed its child JVM, out of the folder where that crash was kept
/// ([ChildDiagnosis#crashFolder(Path)]), to be run again.
///
/// ```java
/// Outcome<String> outcome = Replay.of(folder).run();
/// ```
public final class Replay {

    /// The limits of [ChildLife] end what waits for a debugger.
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final Recording recording;
    private final boolean debugged;

    private Replay(Recording recording, boolean debugged) {
        this.recording = recording;
        this.debugged = debugged;
    }

    /// Reads the folder of a crash.
    ///
    /// @param folder one of those in the crash folder
    /// @return ready to run
    /// @throws IOException where it cannot be read, is damaged, or was made by another build of the JDK or another
    ///     version of Millhand, which would not run what it holds
    public static Replay of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "this is no folder");
        }
        Recording recording;
        try {
            recording = Recording.readFrom(folder);
        } catch (NoSuchFileException e) {
            throw new IOException(folder + " holds no crash: there is no " + e.getFile(), e);
        }
        var own = Recording.Code.own();
        ensureSame("JDK", recording.code().jdk(), own.jdk());
        ensureSame("Millhand", recording.code().millhand(), own.millhand());
        return new Replay(recording, false);
    }

    private static void ensureSame(String what, String recorded, String own) throws IOException {
        if (!recorded.equals(own)) {
            throw new IOException("the crash was recorded by " + what + " " + recorded + ", and this is " + what + " "
                    + own + ": replay it with the same one");
        }
    }

    /// This replay with a child that waits for a debugger before it does anything. The child says at which port
    /// of the loopback interface; its output is logged as that of any other child.
    ///
    /// @return the changed copy
    public Replay debugged() {
        return new Replay(recording, true);
    }

    /// The name of the task.
    ///
    /// @return as it was submitted
    public String taskName() {
        return recording.taskName();
    }

    /// Runs the task in a child that is started as the one that died: the same heap and options of its JVM, the
    /// same class path and initializer. There is one attempt and no limit. Blocks until the end; an interrupt is
    /// kept for later.
    ///
    /// @return what became of it; a result as text, since its class need not be known here
    public Outcome<String> run() {
        var code = recording.code();
        var call = new RecordedCall(
                recording.encoded().task(), recording.encoded().shared(), code.classPath(), code.modulePath());
        var task = Task.of(call).named(recording.taskName()).headers(recording.headers());
        try (var queue = TaskQueue.on(workers(), QueueConfig.defaults().named("replay"))) {
            return queue.submit(task).outcome();
        }
    }

    private ProcessWorkers workers() {
        var jvm = recording.jvm();
        if (debugged) {
            var options = new ArrayList<>(jvm.options());
            options.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0");
            jvm = jvm.options(options);
        }
        var workers = ProcessWorkers.of(1).jvm(jvm);
        var code = recording.code();
        byte[] setup = recording.encoded().setup();
        if (setup != null) {
            var initializer =
                    new RecordedSetup(setup, recording.encoded().shared(), code.classPath(), code.modulePath());
            workers = workers.setup(ChildSetup.of(initializer).limit(NO_LIMIT));
        }
        return debugged ? workers.startLimit(NO_LIMIT) : workers;
    }
}
