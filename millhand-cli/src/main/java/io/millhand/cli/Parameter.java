package io.millhand.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// What a function may take. Conversion runs in the child.
enum Parameter {
    TEXT(String.class) {
        @Override
        Object convert(Input input) throws IOException {
            return content(input);
        }
    },
    PATH(Path.class) {
        @Override
        Object convert(Input input) {
            return Path.of(input.text());
        }
    },
    INT(int.class) {
        @Override
        Object convert(Input input) throws IOException {
            String text = content(input).strip();
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException _) {
                throw noNumber(text, "int", Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
            }
        }
    },
    LONG(long.class) {
        @Override
        Object convert(Input input) throws IOException {
            String text = content(input).strip();
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException _) {
                throw noNumber(text, "long", Long.MIN_VALUE + " to " + Long.MAX_VALUE);
            }
        }
    };

    private final Class<?> type;

    Parameter(Class<?> type) {
        this.type = type;
    }

    /// The argument for the function.
    ///
    /// @throws NumberFormatException where a number is needed and the input is none
    abstract Object convert(Input input) throws IOException;

    Class<?> type() {
        return type;
    }

    static Optional<Parameter> ofDescriptor(String descriptor) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.type.descriptorString().equals(descriptor))
                .findFirst();
    }

    /// Without a stack, which would tell of our own sources.
    private static NumberFormatException noNumber(String text, String type, String range) {
        var failure = new NumberFormatException(
                "the input must be a whole number for " + type + ", " + range + ", was '" + text + "'");
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    /// Bytes that are not UTF-8 become U+FFFD, as in lines.
    private static String content(Input input) throws IOException {
        return input.file()
                ? new String(Files.readAllBytes(Path.of(input.text())), StandardCharsets.UTF_8)
                : input.text();
    }
}
