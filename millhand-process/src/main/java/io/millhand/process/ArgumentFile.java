package io.millhand.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Arguments of the `java` command in a file, for those that a command line cannot hold or that would hide who the
/// child
/// is: Linux takes at most 128 KiB in one argument, and lists of processes show the beginning.
final class ArgumentFile {

    /// Together. What is left of the 4 KiB of a page, of which [ProcessHandle.Info] tells nothing where a command line
    /// is
    /// longer, is for the name of the child and its socket, which come after them.
    static final int LONG_CHARS = 3 * 1024;

    /// That of command lines, from which the launcher takes the bytes of its file as well.
    static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /// What this JVM has in place of letters that it could not read itself: a path with one does not exist for it
    /// either.
    private static final String UNREADABLE = "\ufffd";

    private ArgumentFile() {}

    /// Refuses what would reach the child as question marks, on the command line or in a file. In the C locale, that is
    /// all that is not ASCII.
    static void ensureEncodable(List<String> arguments, Charset encoding) throws IOException {
        for (String argument : arguments) {
            if (!encoding.newEncoder().canEncode(argument.replace(UNREADABLE, ""))) {
                throw new IOException("an argument of the child's java command must have letters that the encoding of"
                        + " this system, " + encoding + ", can write, was " + argument
                        + "; set LC_ALL=C.UTF-8, for example, for this JVM");
            }
        }
    }

    /// The same arguments, in the file where they are too long.
    static List<String> shortened(List<String> arguments, Path file) throws IOException {
        if (arguments.stream().mapToInt(String::length).sum() < LONG_CHARS) {
            return arguments;
        }
        Files.write(file, content(arguments).getBytes(ENCODING));
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
