package io.millhand.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/// A pattern for files, expanded here where the shell did not.
///
/// `*`, `?`, `[a-z]` and `{a,b}` stay within one name; `**` crosses folders, and `**/` also stands for no folder.
/// Files and folders whose name begins with a dot are left out unless the pattern says so, as in a shell. Links to
/// folders are followed, except below `**`.
final class Glob {

    private static final int MAX_DEPTH = 255;

    private final String pattern;

    Glob(String pattern) {
        this.pattern = pattern;
    }

    static boolean isPattern(String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
    }

    /// The regular files that match, sorted by path; relative where the pattern is.
    List<String> expand() {
        Path base = Path.of(fixedPart());
        String rest = pattern.substring(fixedPart().length());
        boolean deep = rest.contains("**");
        boolean dots = rest.startsWith(".") || rest.contains("/.");
        Path start = base.toString().isEmpty() ? Path.of(".") : base;
        int depth = deep ? MAX_DEPTH : (int) rest.chars().filter(c -> c == '/').count() + 1;
        var walk = new Walk(start, matcher(rest), dots);
        try {
            Set<FileVisitOption> links = deep ? Set.of() : Set.of(FileVisitOption.FOLLOW_LINKS);
            if (Files.isDirectory(start)) {
                Files.walkFileTree(start, links, depth, walk);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot expand " + pattern, e);
        }
        return walk.found.stream()
                .map(base::resolve)
                .map(Path::toString)
                .sorted()
                .toList();
    }

    private PathMatcher matcher(String rest) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + rest.replace("**/", "{**/,}"));
        } catch (PatternSyntaxException e) {
            throw new UsageException("'" + pattern + "' is neither a file nor a valid pattern: " + e.getDescription());
        }
    }

    /// The folders before the first special character, with their last slash.
    private String fixedPart() {
        int special = 0;
        while (!isPattern(pattern.substring(special, special + 1))) {
            special++;
        }
        return pattern.substring(0, pattern.lastIndexOf('/', special) + 1);
    }

    private static final class Walk extends SimpleFileVisitor<Path> {

        private final Path start;
        private final PathMatcher matcher;
        private final boolean dots;
        private final List<Path> found = new ArrayList<>();

        private Walk(Path start, PathMatcher matcher, boolean dots) {
            this.start = start;
            this.matcher = matcher;
            this.dots = dots;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.equals(start) || shown(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path relative = start.relativize(file);
            if (shown(file) && matcher.matches(relative) && Files.isRegularFile(file)) {
                found.add(relative);
            }
            return FileVisitResult.CONTINUE;
        }

        /// A folder that may not be read holds nothing for us, as in a shell.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        private boolean shown(Path path) {
            return dots || !path.getFileName().toString().startsWith(".");
        }
    }
}
