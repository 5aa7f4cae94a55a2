package io.millhand.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// The end of a child that has lost its parent.
final class OwnGroup {

    private OwnGroup() {}

    /// Ends this JVM and the processes that it started, at once. Not through `System.exit`, which would wait for the
    /// shutdown hooks of tasks.
    static void leave() {
        try {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            ProcessGroup.kill(ProcessHandle.current().pid()); // if there is one, with what was just being started
            killAll();
        } finally {
            Runtime.getRuntime().halt(1); // where a task has left no descriptor, say, the rest cannot be had
        }
    }

    /// A task may start processes as long as this JVM lives: only a signal to the whole group, this process included,
    /// leaves no gap. Without a group of its own there is none to kill.
    private static void killAll() {
        long group = ProcessHandle.current().pid();
        try {
            var shell = new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + group)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var _ = shell.waitFor(1, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException _) {
            // no memory or no shell: then what was found is all that is killed
        }
    }
}
