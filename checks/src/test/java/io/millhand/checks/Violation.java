package io.millhand.checks;

import java.nio.file.Path;

/// A place where a rule is broken.
record Violation(Path file, long line, String message) {

    @Override
    public String toString() {
        return file + ":" + line + ": " + message;
    }
}
