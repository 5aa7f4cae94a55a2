package io.millhand.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Arguments of the `java` command in a file, for those that a command line cannot hold: Linux takes at most 128 KiB in
/// one argument.
final class ArgumentFile {

    /// Together; far below what any system takes.
    private static final int LONG_CHARS = 32 * 1024;

    private ArgumentFile() {}

    /// The same arguments, in the file where they are too long.
    static List<String> shortened(List<String> arguments, Path file) throws IOException {
        if (arguments.stream().mapToInt(String::length).sum() < LONG_CHARS) {
            return arguments;
        }
        // The launcher takes the bytes as if they came from the command line.
        var charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        Files.writeString(file, content(arguments), charset);
        return List.of("@" + file);
    }

    static String content(List<String> arguments) {
        return arguments.stream().map(ArgumentFile::quoted).collect(Collectors.joining("\n", "", "\n"));
    }

    /// In quotes a backslash is an escape, and nothing but it and the quotes has a meaning.
    private static String quoted(String argument) {
        return '"'
                + argument.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                        .replace("\f", "\\f")
                + '"';
    }
}
