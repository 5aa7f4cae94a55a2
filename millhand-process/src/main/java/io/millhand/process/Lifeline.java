package io.millhand.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Sees to it that a child does not outlive its parent.
final class Lifeline {

    /*
     * The lifeline is a connection on which nothing is ever sent; the kernel closes the parent's end when the parent
     * dies. Two guards watch this end of it:
     *
     * - A thread that looks, from the first moment and everywhere. It may be held up by a safepoint that a busy child
     * is   slow to reach, or by a collector that thrashes.
     * - The kernel, on Linux, from the moment that `arm` is done: the hang-up sends SIGKILL to the child's whole
     * process   group, whatever the child does. Setting it up needs foreign functions, whose first use takes tens of
     *   milliseconds, and happens beside the first task.
     *
     * Where there is a `setsid` command the child leads its group from birth. Elsewhere `arm` makes the group; a
     * process that a task started before that is not in it, and then the kernel's guard stays off for good, since it
     * would kill the child before the thread could find that process.
     */

    /// Loaded on use: every class costs a child's start.
    private static final String LOGGER = "io.millhand.process";

    // From <fcntl.h> on Linux; the same on x86-64 and AArch64.
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETOWN = 8;
    private static final int F_SETSIG = 10;
    private static final int O_ASYNC = 0x2000;
    private static final int SIGKILL = 9;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Lifeline() {}

    /// Starts both guards; returns at once.
    ///
    /// @param armed is told when the kernel's guard stands
    /// @return the thread that sets up the kernel's guard; it ends soon
    static Thread guard(SocketChannel lifeline, Runnable armed) throws IOException {
        lifeline.configureBlocking(false);
        var relieved = new AtomicBoolean();
        Thread.ofPlatform().daemon().name("millhand-lifeline").start(() -> watch(lifeline, relieved));
        return Thread.ofPlatform().daemon().name("millhand-guard").start(() -> {
            try {
                if (System.getProperty("os.name", "").equals("Linux") && arm(lifeline)) {
                    armed.run();
                    relieved.set(true);
                }
            } catch (Throwable e) {
                System.getLogger(LOGGER)
                        .log(System.Logger.Level.WARNING, "the kernel does not guard this child; a thread does", e);
            }
        });
    }

    /// Looks now and then rather than wait in the kernel: a thread that does holds up the exit of a JVM by 300 ms.
    private static void watch(SocketChannel lifeline, AtomicBoolean relieved) {
        var nothing = ByteBuffer.allocate(1); // nothing is ever sent
        try {
            // The last look comes after the kernel's guard stands, which tells only of what happens from then on.
            for (boolean last = false; lifeline.read(nothing) >= 0; last = relieved.get()) {
                if (last) {
                    return;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } catch (IOException _) {
            // a broken lifeline is a cut one
        }
        leave();
    }

    /// Ends this JVM and the processes that it started, at once. Not through `System.exit`, which would wait for the
    /// shutdown hooks of tasks.
    static void leave() {
        try {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            ProcessGroup.kill(ProcessHandle.current().pid()); // if there is one, with what was just being started
            killOwnGroup();
        } finally {
            Runtime.getRuntime().halt(1); // where a task has left no descriptor, say, the rest cannot be had
        }
    }

    /// A task may start processes as long as this JVM lives: only a signal to the whole group, this process included,
    /// leaves no gap. Without a group of its own there is none to kill.
    private static void killOwnGroup() {
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

    private static boolean arm(SocketChannel lifeline) throws Throwable {
        // One shape for all functions, since each shape costs its own set-up: what is not used is ignored.
        MethodHandle fcntl = function("fcntl", Linker.Option.firstVariadicArg(2));
        MethodHandle getpgid = function("getpgid");
        int group = (int) ProcessHandle.current().pid();
        boolean leads = (int) getpgid.invokeExact(0, 0, 0) == group;
        if (!leads && !makeGroup()) {
            return false;
        }
        int fd = descriptorOf(lifeline);
        int flags = (int) fcntl.invokeExact(fd, F_GETFL, 0);
        return flags >= 0
                && (int) fcntl.invokeExact(fd, F_SETOWN, -group) == 0
                && (int) fcntl.invokeExact(fd, F_SETSIG, SIGKILL) == 0
                && (int) fcntl.invokeExact(fd, F_SETFL, flags | O_ASYNC) == 0;
    }

    /// Where the child was not started as the leader of its group.
    private static boolean makeGroup() throws Throwable {
        MethodHandle setpgid = function("setpgid");
        return (int) setpgid.invokeExact(0, 0, 0) == 0
                && ProcessHandle.current().children().findAny().isEmpty();
    }

    @SuppressWarnings("restricted") // the child's command line allows native access
    private static MethodHandle function(String name, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        var shape = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }

    /// The JDK tells no descriptor of a socket; the child's command line opens the door that this goes through.
    private static int descriptorOf(SocketChannel socket) throws ReflectiveOperationException {
        return (int) Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal").invoke(socket);
    }
}
