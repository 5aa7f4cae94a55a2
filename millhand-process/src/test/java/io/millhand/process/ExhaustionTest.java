package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExhaustionTest {

    @Test
    void isFoundHoweverDeepItIsWrapped() {
        var error = new OutOfMemoryError("on purpose");
        var suppressing = new IllegalStateException("suppressing", new RuntimeException("cause"));
        suppressing.addSuppressed(new IllegalArgumentException(error));

        assertThat(Exhaustion.isIn(error)).isTrue();
        assertThat(Exhaustion.isIn(new RuntimeException(new IllegalStateException(error))))
                .isTrue();
        assertThat(Exhaustion.isIn(new RuntimeException(suppressing))).isTrue();
    }

    @Test
    void isNotFoundWhereItIsNot() {
        assertThat(Exhaustion.isIn(new RuntimeException(new StackOverflowError())))
                .isFalse();
    }

    @Test
    void isLookedForInACircleOnce() {
        var first = new RuntimeException("first");
        var second = new RuntimeException("second", first);
        first.initCause(second);
        first.addSuppressed(second);

        assertThat(Exhaustion.isIn(first)).isFalse();
    }

    @Test
    void isNotLookedForWithoutEnd() {
        assertThat(Exhaustion.isIn(new EndlessException())).isFalse();
    }

    @Test
    void isNotFoundInWhatCannotTellItsCause() {
        assertThat(Exhaustion.isIn(new SilentException())).isFalse();
    }

    private static final class EndlessException extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            return new EndlessException();
        }
    }

    private static final class SilentException extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("on purpose");
        }
    }
}
