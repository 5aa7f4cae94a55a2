package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FunctionFailureTest {

    static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message for you");
        }
    }

    @Test
    void showsOnlyTheFramesOfTheFunction() {
        var thrown = new IllegalStateException("no");
        thrown.setStackTrace(new StackTraceElement[] {
            frame("java.base", "java.util.ArrayList", "ArrayList.java", 7),
            frame(null, "F", "F.java", 3),
            frame(null, LoadedFunction.class.getName(), "LoadedFunction.java", 50),
            frame(null, "io.millhand.process.ChildRunner", "ChildRunner.java", 9)
        });
        var failure = FunctionFailure.of(thrown, LoadedFunction.class);
        assertThat(failure.summary()).isEqualTo("java.lang.IllegalStateException: no (F.java:3)");
        assertThat(failure.stack()).contains("F.java:3").doesNotContain("LoadedFunction", "ChildRunner");
    }

    @Test
    void survivesAnExceptionThatCannotDescribeItself() {
        var failure = FunctionFailure.of(new Hostile(), LoadedFunction.class);
        assertThat(failure.type()).isEqualTo(Hostile.class.getName());
        assertThat(failure.summary()).contains("cannot be shown");
    }

    private static StackTraceElement frame(
            @org.jspecify.annotations.Nullable String module, String type, String file, int line) {
        return new StackTraceElement(null, module, null, type, "f", file, line);
    }
}
