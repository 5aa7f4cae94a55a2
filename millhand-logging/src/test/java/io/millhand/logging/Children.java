package io.millhand.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.Message;
import io.millhand.TaskHandle;
import io.millhand.process.ChildJvm;
import io.millhand.process.ClassPath;
import io.millhand.process.ProcessWorkers;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Child JVMs with one logging library each, and what their tasks say.
final class Children {

    static final Duration CEILING = Duration.ofSeconds(60);

    private static final List<String> LIBRARIES = List.of("logback-", "log4j-", "slf4j-jdk14-");

    private Children() {}

    static ProcessWorkers withLogback() {
        return with("logback-", "-Dlogback.configurationFile=logback-child.xml");
    }

    static ProcessWorkers withLog4j() {
        return with("log4j-", "-Dlog4j2.configurationFile=log4j2-child.xml");
    }

    static ProcessWorkers withSlf4jOnJul() {
        return with("slf4j-jdk14-");
    }

    private static ProcessWorkers with(String library, String... options) {
        var entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> isWanted(entry.getFileName().toString(), library))
                .toArray(Path[]::new);
        assertThat(entries)
                .as("the test's class path")
                .anyMatch(entry -> entry.toString().contains(library));
        return ProcessWorkers.of(1)
                .jvm(ChildJvm.defaults()
                        .heap(64 << 20)
                        .classPath(ClassPath.of(entries))
                        .options(List.of(options)));
    }

    private static boolean isWanted(String jar, String library) {
        return jar.startsWith(library) || LIBRARIES.stream().noneMatch(jar::startsWith);
    }

    /// All that is still there of what a task has said. Waits for its end.
    static List<Message> messagesOf(TaskHandle<?> handle) {
        return listen(handle).get();
    }

    /// All that a task will say, from now on.
    ///
    /// @return waits for its end
    static Supplier<List<Message>> listen(TaskHandle<?> handle) {
        List<Message> messages = Collections.synchronizedList(new ArrayList<>());
        var completed = new CompletableFuture<Void>();
        handle.messages().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Message message) {
                messages.add(message);
            }

            @Override
            public void onError(Throwable cause) {
                completed.completeExceptionally(cause);
            }

            @Override
            public void onComplete() {
                completed.complete(null);
            }
        });
        return () -> {
            completed.orTimeout(CEILING.toSeconds(), TimeUnit.SECONDS).join();
            return List.copyOf(messages);
        };
    }
}
