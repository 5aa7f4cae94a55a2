package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedClassesTest {

    @TempDir
    Path folder;

    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    @BeforeEach
    void compile() throws IOException {
        var source = Files.writeString(folder.resolve("Hello.java"), """
                package demo;
                public record Hello(io.millhand.MemoryCause cause) implements java.util.concurrent.Callable<String>,
                        java.io.Serializable {
                    public String call() { return "hello " + cause; }
                }""");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertThat(code).isZero();
    }

    @AfterEach
    void restore() {
        thread.setContextClassLoader(before);
    }

    @Test
    void decodesWithTheClassesOfThen() throws Exception {
        var classes = RecordedClasses.of(folder.toString(), "");

        var decoded = classes.decode(encodedHello(), Map.of());

        assertThat(((Callable<?>) decoded).call()).isEqualTo("hello HEAP");
        assertThat(decoded.getClass().getClassLoader()).isEqualTo(thread.getContextClassLoader());
        assertThat(RecordedClasses.of(folder.toString(), "").decode(encodedHello(), Map.of()))
                .hasSameClassAs(decoded);
    }

    @Test
    void decodesWithTheModulesOfThen() throws Exception {
        assertThat(RecordedClasses.of("", folder.toString()).decode(encodedHello(), Map.of()))
                .isInstanceOf(Callable.class);
    }

    @Test
    void saysWhichClassIsMissing() throws Exception {
        byte[] encoded = encodedHello();

        assertThatThrownBy(() -> RecordedClasses.of("/nonexistent", "").decode(encoded, Map.of()))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining("demo.Hello");
    }

    private byte[] encodedHello() throws Exception {
        try (var loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, RecordedClassesTest.class.getClassLoader())) {
            var cause = io.millhand.MemoryCause.HEAP;
            var hello = loader.loadClass("demo.Hello")
                    .getConstructor(io.millhand.MemoryCause.class)
                    .newInstance(cause);
            return Codec.encode(hello, 1 << 20);
        }
    }
}
