package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millhand.Outcome;
import io.millhand.QueueConfig;
import io.millhand.TaskQueue;
import io.millhand.WorkerStartException;
import io.millhand.testkit.Guarantee;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanRoomIT {

    private static final Duration CEILING = Duration.ofSeconds(60);

    private static final List<String> VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS");

    @TempDir
    private Path folder;

    /// What a child is like, told by a task in it.
    static Map<String, String> facts() throws IOException {
        var facts = new TreeMap<String, String>();
        var jvm = ManagementFactory.getRuntimeMXBean();
        facts.put("options", String.join(" ", jvm.getInputArguments()));
        facts.put(
                "variables",
                VARIABLES.stream().filter(System.getenv()::containsKey).collect(Collectors.joining(" ")));
        facts.put("harmless variable", String.valueOf(System.getenv("JAVA_OPTS")));
        facts.put("agent", System.getProperty("test.agent", "none"));
        facts.put("set by variable", System.getProperty("test.variable", "none"));
        facts.put("listed", System.getProperty("test.listed", "none"));
        facts.put("unlisted", System.getProperty("test.unlisted", "none"));
        facts.put("locale", Locale.getDefault() + " " + Locale.getDefault(Locale.Category.FORMAT));
        facts.put("zone", TimeZone.getDefault().getID());
        facts.put("charset", Charset.defaultCharset().name());
        facts.put("stdin", Integer.toString(System.in.read()));
        facts.put("temporary folder", System.getProperty("java.io.tmpdir"));
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "collectors",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(collector -> collector.getName())
                        .collect(Collectors.joining(" ")));
        facts.put("assertions", Boolean.toString(CleanRoomIT.class.desiredAssertionStatus()));
        facts.put(
                "opened",
                Boolean.toString(Locale.class.getModule().isOpen("java.util", CleanRoomIT.class.getModule())));
        facts.put(
                "name",
                Boolean.toString(
                        Stream.of(ProcessHandle.current().info().arguments().orElse(new String[0]))
                                .anyMatch(argument -> argument.equals("millhand:clean#1"))));
        return facts;
    }

    /// Waits until so many processes have come here.
    static long meet(Path folder, int expected) throws IOException {
        long pid = ProcessHandle.current().pid();
        Files.writeString(folder.resolve(Long.toString(pid)), "");
        while (folder.toFile().list().length < expected) {
            LockSupport.parkNanos(5_000_000);
        }
        return pid;
    }

    /// An agent that leaves a trace.
    static final class Agent {

        private Agent() {}

        public static void premain(String arguments) {
            System.setProperty("test.agent", "here");
        }
    }

    /// The parent. Everything that it prints is what the test looks at.
    static final class Parent {

        private Parent() {}

        public static void main(String[] args) throws IOException {
            if (args[0].equals("facts")) {
                tellFacts();
            } else if (args[0].equals("many")) {
                startMany(args[1]);
            } else if (args[0].equals("letters")) {
                System.setProperty("test.listed", "m\u00fchle");
                tellOutcome();
            } else {
                System.setProperty("java.class.path", "/nonexistent/millhand.jar");
                tellOutcome();
            }
        }

        private static void tellFacts() throws IOException {
            System.out.println("parent.agent=" + facts().get("agent"));
            System.out.println("parent.set by variable=" + facts().get("set by variable"));
            var workers =
                    ProcessWorkers.of(1).jvm(ChildJvm.defaults().heap(64 << 20).properties("test.listed"));
            try (var queue = TaskQueue.on(workers, QueueConfig.defaults().named("clean"))) {
                queue.submit(() -> facts())
                        .join()
                        .forEach((name, value) -> System.out.println("child." + name + "=" + value));
            }
        }

        private static void startMany(String folder) {
            try (var queue = TaskQueue.on(ProcessWorkers.of(3).heap(32 << 20))) {
                var handles = Stream.generate(() -> queue.submit(() -> meet(Path.of(folder), 3)))
                        .limit(3)
                        .toList();
                System.out.println("children="
                        + new TreeSet<>(handles.stream()
                                        .map(handle -> handle.join())
                                        .toList())
                                .size());
            }
        }

        private static void tellOutcome() {
            var workers =
                    ProcessWorkers.of(1).jvm(ChildJvm.defaults().heap(32 << 20).properties("test.listed"));
            try (var queue = TaskQueue.on(workers)) {
                System.out.println("outcome=" + queue.submit(() -> 1).outcome());
            }
        }
    }

    private static Map<String, String> lines(String output) {
        return output.lines()
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, _) -> first));
    }

    /// Beyond ASCII, where the locale allows names of files with them.
    private static String letters() {
        var charset = Charset.forName(System.getProperty("sun.jnu.encoding"));
        return charset.newEncoder().canEncode('ü') ? "ü" : "";
    }

    /// More of it than the system's lists of processes show.
    private static String longClassPath() {
        return System.getProperty("java.class.path") + File.pathSeparator + "/nonexistent/" + "x".repeat(4096);
    }

    private static Map<String, String> pollutedEnvironment() {
        var environment = new TreeMap<String, String>();
        VARIABLES.stream()
                .filter(name -> !name.contains("AOT"))
                .forEach(name -> environment.put(name, "-Dtest.variable=" + name));
        environment.put("JAVA_OPTS", "-Dtest.opts=1");
        environment.put("HOME", "/dev/null/home");
        return environment;
    }

    /// Options of a parent that has whatever a child must not have.
    private List<String> everything(Path temporary) throws IOException {
        var agent = folder.resolve("agent.jar");
        JavaCode.jar(
                agent,
                Files.createDirectories(folder.resolve("empty")),
                Map.of("Premain-Class", Agent.class.getName()));
        return List.of(
                "-javaagent:" + agent,
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-Dcom.sun.management.jmxremote",
                "-Dcom.sun.management.jmxremote.port=0",
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-XX:+UseParallelGC",
                "-XX:+HeapDumpOnOutOfMemoryError",
                "-Xmx256m",
                "-Xlog:gc*:file=" + folder.resolve("gc.log"),
                "-ea",
                "--add-opens",
                "java.base/java.util=ALL-UNNAMED",
                "-Duser.language=de",
                "-Duser.country=CH",
                "-Duser.language.format=fr",
                "-Duser.country.format=FR",
                "-Duser.timezone=Asia/Kathmandu",
                "-Dfile.encoding=ISO-8859-1",
                "-Dtest.listed=a b",
                "-Dtest.unlisted=x",
                "-Duser.home=/dev/null/home",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                longClassPath(),
                Parent.class.getName(),
                "facts");
    }

    @Test
    @Guarantee({"6.10.1", "6.10.2", "6.10.3", "6.10.4"})
    void keepsWhatTheParentsJvmIsAboutAwayFromChildren() throws Exception {
        var temporary = Files.createDirectories(
                folder.resolve("long name ".repeat(12) + letters()).resolve("t"));
        var ending = ParentJvm.run(folder, "java", everything(temporary), pollutedEnvironment());

        var told = lines(ending.output());
        assertThat(ending.code()).as(ending.output()).isZero();
        assertThat(told)
                .as(ending.output())
                .containsEntry("parent.agent", "here")
                .containsEntry("child.agent", "none")
                .containsEntry("child.variables", "")
                .containsEntry("child.set by variable", "none")
                .containsEntry("child.harmless variable", "-Dtest.opts=1")
                .containsEntry("child.listed", "a b")
                .containsEntry("child.unlisted", "none")
                .containsEntry("child.locale", "de_CH fr_FR")
                .containsEntry("child.zone", "Asia/Kathmandu")
                .containsEntry("child.charset", "ISO-8859-1")
                .containsEntry("child.stdin", "-1")
                .containsEntry("child.temporary folder", temporary.toString())
                .containsEntry("child.collectors", "Copy MarkSweepCompact")
                .containsEntry("child.assertions", "true")
                .containsEntry("child.opened", "true")
                .containsEntry("child.name", "true");
        assertThat(told.get("parent.set by variable")).isNotEqualTo("none");
        assertThat(told.get("child.options"))
                .doesNotContain("jdwp", "javaagent", "com.sun.management", "HeapDump", "Xmx256m", "gc.log", "Parallel");
        assertThat(ending.output()).as("nothing was printed by a child").doesNotContain("clean#1:");
    }

    @Test
    @Guarantee("6.10.4")
    void startsManyAtATimeFromALongClassPathWithOddNames() throws Exception {
        var odd = Files.createDirectories(folder.resolve("with space #1 'x'" + letters()));
        var entries = new ArrayList<String>();
        for (var type : List.of(CleanRoomIT.class, ProcessWorkers.class, TaskQueue.class)) {
            var jar = odd.resolve(type.getSimpleName() + ".jar");
            entries.add(JavaCode.jar(jar, JavaCode.locationOf(type), Map.of()).toString());
        }
        for (int i = 0; i < 2000; i++) {
            entries.add("/nonexistent/" + "x".repeat(80) + i + ".jar");
        }
        entries.add(System.getProperty("java.class.path")); // what the test class itself needs
        var arguments = new ArrayList<>(ArgumentFile.shortened(
                List.of("-cp", String.join(File.pathSeparator, entries), Parent.class.getName()),
                folder.resolve("arguments")));
        arguments.addAll(
                List.of("many", Files.createDirectory(folder.resolve("meeting")).toString()));

        var ending = ParentJvm.run(odd, "java", arguments, Map.of());

        assertThat(ending.output()).isEqualTo("children=3\n");
    }

    @Test
    @Guarantee("6.8.6")
    void tellsThatTheClassPathIsGone() throws Exception {
        var ending = ParentJvm.run(
                folder,
                "java",
                List.of("-cp", System.getProperty("java.class.path"), Parent.class.getName(), "missing"),
                Map.of());

        assertThat(ending.output()).contains("Could not find or load main class io.millhand.process.ChildMain");
    }

    @Test
    @Guarantee("6.10.4")
    void refusesLettersThatTheEncodingOfTheSystemDoesNotHave() throws Exception {
        var ending = ParentJvm.run(
                folder,
                "java",
                List.of("-cp", System.getProperty("java.class.path"), Parent.class.getName(), "letters"),
                Map.of("LC_ALL", "C"));

        assertThat(ending.output())
                .contains("an argument of the child's java command must have letters that the encoding of this system,"
                        + " US-ASCII, can write, was -Dtest.listed=m?hle");
    }

    @Test
    @Guarantee("6.10.5")
    void givesTheUserTheLastWord() throws IOException {
        var options =
                List.of("-XX:+UseParallelGC", "-XX:ActiveProcessorCount=7", "-Duser.language=fr", "-da", "-Xss1m");
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20).jvmOptions(options))) {
            assertThat(queue.submit(() -> facts()).join())
                    .containsEntry("processors", "7")
                    .containsEntry("collectors", "PS MarkSweep PS Scavenge")
                    .containsEntry("assertions", "false")
                    .hasEntrySatisfying("locale", locale -> assertThat(locale).startsWith("fr"));
        }
    }

    @Test
    @Guarantee("6.8.6")
    void tellsTheWordsOfAnOlderJdk() {
        var older = Path.of("/usr/lib/jvm/java-17-openjdk-amd64");
        assumeThat(Files.isExecutable(older.resolve("bin/java")))
                .as("there is an older JDK at " + older)
                .isTrue();
        try (var queue = TaskQueue.on(
                ProcessWorkers.of(1).jvm(ChildJvm.defaults().heap(64 << 20).javaHome(older)))) {
            assertThat(queue.submit(() -> 1).outcome(CEILING).orElseThrow())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(WorkerStartException.class)
                                    .hasMessageContaining("more recent version of the Java Runtime"));
        }
    }
}
