package io.millhand.bench.peers;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/// What tasks do that do not end well. All is prepared before the mark is left: what follows is the death alone.
final class Doom {

    private static final int SIGKILL = 9;
    private static final long SPIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private Doom() {}

    /// As `kill -KILL` of oneself.
    @SuppressWarnings("restricted")
    static Object dieOfSignal(Mark mark) throws Throwable {
        var linker = Linker.nativeLinker();
        var kill = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int pid = (int) ProcessHandle.current().pid();
        var _ = (int) kill.invokeExact(pid, 0); // only asks whether it may
        mark.leave();
        var _ = (int) kill.invokeExact(pid, SIGKILL);
        throw new IllegalStateException("still alive");
    }

    /// Without shutdown hooks, as `_exit` in other languages.
    static Object dieOfExit(Mark mark) throws IOException {
        mark.leave();
        Runtime.getRuntime().halt(1);
        return mark;
    }

    /// As good as for ever; nobody has to find it if all else fails.
    static long spin(Mark mark) throws IOException {
        mark.leave();
        long start = System.nanoTime();
        long rounds = 0;
        while (System.nanoTime() - start < SPIN_NANOS) {
            rounds++;
        }
        return rounds;
    }
}
