package io.millhand.testkit;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/// Runs tests side by side that do little but wait, as those of the Reactive Streams specification do to see that
/// nothing comes.
public final class SeveralAtATime {

    private static final int THREADS = 4;

    private SeveralAtATime() {}

    /// Begins at once.
    ///
    /// @param tests independent of each other
    /// @return tests of the same names, which tell how those have ended
    public static Stream<DynamicTest> of(List<DynamicTest> tests) {
        var threads = Executors.newFixedThreadPool(THREADS);
        var begun = tests.stream()
                .map(test -> telling(test.getDisplayName(), threads.submit(() -> thrownBy(test))))
                .toList();
        return begun.stream().onClose(threads::close);
    }

    private static @Nullable Throwable thrownBy(DynamicTest test) {
        try {
            test.getExecutable().execute();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private static DynamicTest telling(String name, Future<@Nullable Throwable> ended) {
        return DynamicTest.dynamicTest(name, () -> {
            var thrown = ended.get();
            if (thrown != null) {
                throw thrown;
            }
        });
    }
}
