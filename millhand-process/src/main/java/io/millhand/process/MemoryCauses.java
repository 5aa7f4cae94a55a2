package io.millhand.process;

import io.millhand.MemoryCause;
import java.util.regex.Pattern;

/// Tells which memory a dead JVM ran out of, from its exit code and its own words.
final class MemoryCauses {

    /// With `-XX:+ExitOnOutOfMemoryError` the JVM says this and exits with code 3.
    private static final Pattern TERMINATED =
            Pattern.compile("^Terminating due to java\\.lang\\.OutOfMemoryError: (.*)$", Pattern.MULTILINE);

    private static final int TERMINATED_CODE = 3;

    /// An error that ended the child's own code and so the child.
    private static final Pattern THROWN =
            Pattern.compile("^(?:Exception in .*)?java\\.lang\\.OutOfMemoryError: (.*)$", Pattern.MULTILINE);

    private static final int THROWN_CODE = 1;

    private MemoryCauses() {}

    /// @param exitCode as the JDK reports it
    /// @param stderr its last lines
    /// @param fatalError the head of the JVM's own report
    static MemoryCause of(int exitCode, String stderr, String fatalError) {
        if (fatalError.contains("insufficient memory for the Java Runtime")
                || fatalError.contains("Out of Memory Error")) {
            return MemoryCause.NATIVE;
        }
        return switch (exitCode) {
            case TERMINATED_CODE -> ofMessage(last(TERMINATED, stderr));
            case THROWN_CODE -> ofMessage(last(THROWN, stderr));
            default -> MemoryCause.NONE;
        };
    }

    private static String last(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        String found = "";
        while (matcher.find()) {
            found = matcher.group(1);
        }
        return found;
    }

    /// The messages of JDK 25. Another one that ends the JVM is of the heap: that is what grows.
    private static MemoryCause ofMessage(String message) {
        if (message.isEmpty()) {
            return MemoryCause.NONE;
        }
        if (message.startsWith("Metaspace") || message.startsWith("Compressed class space")) {
            return MemoryCause.METASPACE;
        }
        if (message.contains("direct buffer memory")) {
            return MemoryCause.DIRECT;
        }
        boolean outside = message.contains("native thread") || message.startsWith("Unable to allocate");
        return outside ? MemoryCause.NATIVE : MemoryCause.HEAP;
    }
}
