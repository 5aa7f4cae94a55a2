package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both sides of class finding, with nothing between them.
class ClassServerTest {

    private static final int CEILING = 100_000;

    private static final Map<String, String> SOURCES = Map.of(
            "acme/Job.java",
            "package acme; public class Job { public static String run() { return Part.TEXT + new Part(); } }",
            "acme/Part.java",
            "package acme; class Part { static final String TEXT = new String(\"part of \");"
                    + " public String toString() { return \"job\"; } }");

    private final ClassServer server = new ClassServer("test", CEILING);
    private final List<String> asked = new ArrayList<>();
    private final ServedLoaders child = new ServedLoaders(this::answer, _ -> false);

    @TempDir
    private Path folder;

    private URLClassLoader parents;

    @BeforeEach
    void compile() throws IOException {
        JavaCode.compile(folder, "--class-path", List.of(), SOURCES);
        parents = new URLClassLoader("acme", new URL[] {folder.toUri().toURL()}, null);
    }

    @AfterEach
    void close() throws IOException {
        parents.close();
        server.close();
    }

    private void answer(Frame request) {
        try {
            var decoded = ResourceFrames.Request.decode(request.body());
            asked.add(decoded.name());
            child.answered(server.answer(decoded).toFrame());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ClassLoader served(ClassLoader loader) {
        return child.loader(server.idOf(loader));
    }

    @Test
    @Guarantee("6.4.2")
    void servesEachClassOnce() throws Exception {
        var loader = served(parents);
        for (int i = 0; i < 3; i++) {
            assertThat(loader.loadClass("acme.Job").getMethod("run").invoke(null))
                    .isEqualTo("part of job");
        }

        assertThat(asked).containsExactly("acme/Job.class", "acme/Part.class");
        assertThat(loader.loadClass("acme.Job").getPackageName()).isEqualTo("acme");
    }

    @Test
    void asksForNothingThatEveryJvmHas() throws Exception {
        assertThat(server.idOf(ClassLoader.getSystemClassLoader())).isEqualTo(ClassServer.OWN_CODE);
        assertThat(server.idOf(ClassLoader.getPlatformClassLoader())).isEqualTo(ClassServer.OWN_CODE);
        assertThat(child.loader(ClassServer.OWN_CODE)).isSameAs(ClassLoader.getSystemClassLoader());
        assertThat(child.inUse()).isFalse();
        assertThat(served(parents).loadClass("java.sql.Connection")).isNotNull();
        assertThat(served(parents).loadClass(ClassServerTest.class.getName())).isSameAs(ClassServerTest.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void givesEachLoaderANumberOfItsOwnAndKeepsIt() throws IOException {
        try (var other = new URLClassLoader(new URL[0], null)) {
            int first = server.idOf(parents);

            assertThat(server.idOf(other)).isNotEqualTo(first);
            assertThat(server.idOf(parents)).isEqualTo(first);
            assertThat(child.loader(first)).isSameAs(child.loader(first));
        }
    }

    @Test
    @Guarantee("6.4.2")
    void servesResources() throws IOException {
        Files.writeString(folder.resolve("text with space.txt"), "hello");
        var loader = served(parents);

        try (var in = loader.getResourceAsStream("text with space.txt")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
        }
        var all = Collections.list(loader.getResources("text with space.txt"));
        assertThat(all).hasSize(1);
        try (var in = all.getFirst().openStream()) {
            assertThat(in.readAllBytes()).hasSize(5);
        }
        assertThat(loader.getResource("nothing.txt")).isNull();
        assertThat(Collections.list(loader.getResources("nothing.txt"))).isEmpty();
    }

    @Test
    @Guarantee("6.4.4")
    void namesAClassThatIsNowhereAndWhereItWasLookedFor() {
        assertThatThrownBy(() -> served(parents).loadClass("acme.Nowhere"))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageStartingWith("acme.Nowhere; looked for on the class path of the child (")
                .hasMessageEndingWith(") and in the parent's class loader java.net.URLClassLoader 'acme'");
    }

    @Test
    @Guarantee("6.4.4")
    void saysWhereAClassIsMissingThatAnotherClassNeeds() throws Exception {
        Files.delete(folder.resolve("acme/Part.class"));
        var run = served(parents).loadClass("acme.Job").getMethod("run");

        assertThatThrownBy(() -> run.invoke(null)).rootCause().hasMessageContaining("class loader java.net.URLClass");
        try {
            run.invoke(null);
        } catch (ReflectiveOperationException e) {
            assertThat(MissingClass.explain(e.getCause()))
                    .isInstanceOf(NoClassDefFoundError.class)
                    .hasMessageStartingWith("acme.Part; looked for on the class path of the child (")
                    .hasMessageEndingWith("class loader java.net.URLClassLoader 'acme'")
                    .hasCause(e.getCause());
        }
    }

    @Test
    @Guarantee("6.4.4")
    void saysWhenAClassHasNoClassFile() {
        var made = new ClassLoader("made", parents) {
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return null;
            }
        };

        assertThatThrownBy(() -> served(made).loadClass("acme.Job"))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining("'made', which has the class but not its class file");
    }

    @Test
    @Guarantee("6.4.4")
    void saysWhatALoaderThrew() {
        var broken = new ClassLoader(null) {
            @Override
            public InputStream getResourceAsStream(String name) {
                throw new IllegalStateException("stopped already");
            }
        };

        assertThatThrownBy(() -> served(broken).loadClass("acme.Job"))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining("which failed with java.lang.IllegalStateException: stopped already");
    }

    @Test
    @Guarantee("6.4.4")
    void answersAlsoWhereALoaderThrowsWhatItMayNot() throws Exception {
        var hostile = new ClassLoader(null) {
            private final boolean made = Boolean.parseBoolean("true"); // no constant

            @Override
            public @Nullable String getName() {
                if (!made) {
                    return null; // the constructor above asks, too
                }
                throw ClassServerTest.<RuntimeException>unchecked(new IOException("no name"));
            }
        };

        assertThat(servedBy(server, server.idOf(hostile)).where()).contains("class loader");
    }

    @Test
    @Guarantee("6.4.4")
    void answersAlsoWhereNoThreadCanBeStarted() throws Exception {
        var exhausted = new ClassServer(CEILING, _ -> {
            throw new OutOfMemoryError("no more threads");
        });

        assertThat(servedBy(exhausted, exhausted.idOf(parents)).where()).contains("no more threads");
        exhausted.close();
    }

    private static ResourceFrames.Answer servedBy(ClassServer server, int loader) throws Exception {
        var replies = new LinkedBlockingQueue<Frame>();
        server.serve(new ResourceFrames.Request(7, loader, false, "acme/Job.class").toFrame(), replies::add);
        var reply = replies.poll(30, TimeUnit.SECONDS);
        assertThat(reply).as("a child waits for it").isNotNull();
        var answer = ResourceFrames.Answer.decode(reply.body());
        assertThat(answer.request()).isEqualTo(7);
        assertThat(answer.contents()).isEmpty();
        return answer;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what a language without checked exceptions does
    private static <E extends Throwable> E unchecked(Throwable checked) throws E {
        throw (E) checked;
    }

    @Test
    @Guarantee("6.4.4")
    void leavesACauseAsItIsThatDoesNotTellItself() {
        var cause = new NoClassDefFoundError("acme/Part");
        cause.initCause(new ClassNotFoundException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("I do not tell");
            }
        });

        assertThat(MissingClass.explain(cause)).isSameAs(cause);
    }

    @Test
    void servesNothingAboveTheCeiling() throws IOException {
        Files.write(folder.resolve("large"), new byte[CEILING]);
        Files.write(folder.resolve("larger"), new byte[CEILING + 1]);

        assertThat(served(parents).getResource("large")).isNotNull();
        assertThat(served(parents).getResource("larger")).isNull();
    }

    @Test
    void refusesAnAnswerThatAnnouncesMoreThanItHas() {
        byte[] body =
                new ResourceFrames.Answer(1, "", List.of(new byte[3])).toFrame().body();
        body[body.length - 4] = 100;

        assertThatThrownBy(() -> ResourceFrames.Answer.decode(body)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void keepsAnInterruptAndFindsTheClass() throws ClassNotFoundException {
        var loader = served(parents);
        Thread.currentThread().interrupt();

        assertThat(loader.loadClass("acme.Job")).isNotNull();
        assertThat(Thread.interrupted()).isTrue();
    }
}
