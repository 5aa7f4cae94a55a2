package io.millhand.logging;

import java.util.function.Consumer;

/// What a task may log by mistake.
final class Hostile {

    private Hostile() {}

    /// Does not tell itself.
    record Throwing() {
        @Override
        public String toString() {
            throw new IllegalStateException("as asked");
        }
    }

    /// Tells itself for ever.
    static final class Cyclic {
        @Override
        public String toString() {
            return "x" + this;
        }
    }

    /// Logs while it is logged.
    record Logging(Consumer<String> logger) {
        @Override
        public String toString() {
            logger.accept("from inside");
            return "told";
        }
    }

    /// Logs itself while it is logged.
    static final class LoggingItself extends RuntimeException {

        private static final long serialVersionUID = 1;
        private final transient Consumer<Throwable> logger;

        LoggingItself(Consumer<Throwable> logger) {
            this.logger = logger;
        }

        @Override
        public String getMessage() {
            logger.accept(this);
            return "told";
        }
    }

    /// Has a stack trace that cannot be told.
    static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("as asked");
        }
    }
}
