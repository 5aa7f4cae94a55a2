package io.millhand.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// What the user wrote as FUNCTION.
sealed interface FunctionName {

    /// A source file, and the method in it where one is named.
    record InSource(Path file, Optional<String> method) implements FunctionName {}

    /// A method of a compiled class.
    record InClass(String type, String method) implements FunctionName {}

    static FunctionName parse(String text) {
        int colons = text.lastIndexOf("::");
        String place = colons < 0 ? text : text.substring(0, colons);
        Optional<String> method = colons < 0 ? Optional.empty() : Optional.of(text.substring(colons + 2));
        if (place.isEmpty() || method.filter(String::isEmpty).isPresent()) {
            throw malformed(text);
        }
        if (place.endsWith(".java")) {
            try {
                return new InSource(Path.of(place), method);
            } catch (InvalidPathException e) {
                throw new UsageException("FUNCTION is no name of a file: " + e.getMessage());
            }
        }
        return new InClass(place, method.orElseThrow(() -> malformed(text)));
    }

    private static UsageException malformed(String text) {
        return new UsageException("FUNCTION must be File.java, File.java::method or class::method, was '" + text + "'");
    }
}
