package io.millhand.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that leaves something behind: a thread of Millhand, a child process, a file descriptor, a
/// temporary file.
///
/// ```java
/// @ExtendWith(LeakCheck.class)
/// final class MyWorkersTest { ... }
/// ```
///
/// It looks once a class and not after each test, because the idle system threads of a queue live for two seconds,
/// which
/// each test would have to wait for. What is still there ten seconds after the last test is a leak. Name the
/// queues of the tests to tell whose it is.
///
/// A thread is Millhand's if its name starts with `millhand-` and it is not the one that stays as long as the
/// JVM (`millhand-cleaner`); virtual threads cannot be seen. Descriptors are
/// compared on Linux only, by what they point to; jars, libraries and devices, which the JDK opens when it
/// pleases, do not count. A temporary file is Millhand's if its name starts with `millhand`; where the name goes
/// on with the id of another process (`millhand-4711-...`), it is that one's.
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    private static final long CEILING_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Pattern JDK_OWN =
            Pattern.compile(".*\\.(jar|jmod|so|jsa|aot)|.*/lib/modules|/(dev|proc|sys)/.*");

    /// Looks for failures that nobody reads, of all queues, from the first failure on.
    private static final String ONCE_A_JVM = "millhand-cleaner";

    private static final Pattern WITH_PID = Pattern.compile("millhand-(\\d{1,18})-.*");

    private final ExtensionContext.Namespace namespace = ExtensionContext.Namespace.create(LeakCheck.class);

    LeakCheck() {}

    /// What was there before, and is nobody's fault.
    record Baseline(Set<Thread> threads, Set<Long> children, Set<String> descriptors, Set<Path> files) {

        static Baseline now() {
            warmUp();
            return new Baseline(LeakCheck.threads(), LeakCheck.children(), LeakCheck.descriptors(), LeakCheck.files());
        }

        /// The JDK opens one socket for itself when it first needs one, and keeps it.
        private static void warmUp() {
            try (var _ = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                Objects.requireNonNull(DESCRIPTORS);
            } catch (IOException | UnsupportedOperationException e) {
                throw new IllegalStateException("no Unix sockets here", e);
            }
        }

        void requireNoLeaks(String culprit, long ceilingNanos) {
            if (Await.within(ceilingNanos, () -> leaks().isEmpty())) {
                return;
            }
            var leaks = leaks();
            if (!leaks.isEmpty()) {
                throw new AssertionError(culprit + " left behind:\n  " + String.join("\n  ", leaks));
            }
        }

        private List<String> leaks() {
            var leaks = new ArrayList<String>();
            added(LeakCheck.threads(), threads)
                    .forEach(thread -> leaks.add("thread " + thread.getName() + ", " + thread.getState()));
            added(LeakCheck.children(), children).forEach(pid -> leaks.add("child process " + describe(pid)));
            added(LeakCheck.descriptors(), descriptors).forEach(target -> leaks.add("file descriptor of " + target));
            added(LeakCheck.files(), files).forEach(file -> leaks.add("file " + file));
            return leaks;
        }

        private static <T> Set<T> added(Set<T> now, Set<T> before) {
            var added = new HashSet<>(now);
            added.removeAll(before);
            return added;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(namespace).put(Baseline.class, Baseline.now());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Objects.requireNonNull(context.getStore(namespace).get(Baseline.class, Baseline.class))
                .requireNoLeaks(context.getDisplayName(), CEILING_NANOS);
    }

    private static Set<Thread> threads() {
        var threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread ->
                !thread.getName().startsWith("millhand-") || thread.getName().equals(ONCE_A_JVM));
        return threads;
    }

    private static Set<Long> children() {
        var pids = new HashSet<Long>();
        ProcessHandle.current().children().forEach(child -> pids.add(child.pid()));
        return pids;
    }

    private static String describe(long pid) {
        return pid
                + ProcessHandle.of(pid)
                        .flatMap(child -> child.info().commandLine())
                        .map(line -> ": " + line)
                        .orElse("");
    }

    private static Set<String> descriptors() {
        var targets = new HashSet<String>();
        for (var link : list(DESCRIPTORS)) {
            try {
                var target = Files.readSymbolicLink(link).toString();
                if (!JDK_OWN.matcher(target).matches()) {
                    targets.add(target);
                }
            } catch (IOException _) {
                // closed meanwhile
            }
        }
        return targets;
    }

    private static Set<Path> files() {
        var files = new HashSet<Path>();
        Stream.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/tmp"))
                .distinct()
                .flatMap(folder -> list(folder).stream())
                .filter(LeakCheck::isOurs)
                .forEach(files::add);
        return files;
    }

    private static boolean isOurs(Path file) {
        var name = file.getFileName().toString();
        var withPid = WITH_PID.matcher(name);
        if (withPid.matches()) {
            return Long.parseLong(withPid.group(1)) == ProcessHandle.current().pid();
        }
        return name.startsWith("millhand");
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
