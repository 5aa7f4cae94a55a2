package io.millhand.process;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The way from a task or a result to what keeps it from being serialized or read. Used only after that has failed.
final class FieldPath {

    /// A chain of thousands of objects is told by its ends.
    private static final int MOST_STEPS = 16;

    private static final Pattern ELEMENT = Pattern.compile("element (\\d+)");

    private FieldPath() {}

    /// Serializes once more, up to where it fails. Runs user code.
    ///
    /// @param root what failed to be serialized
    /// @return for example `captured value 1 (com.acme.Service) -> field 'socket' (java.net.Socket)`, or empty
    static Optional<String> toCulprit(Object root) {
        try {
            var trace = TracedWriting.of(root, Runtime.getRuntime().maxMemory() / 4);
            if (trace.failure() == null || trace.bytes().length == 0) {
                return Optional.empty();
            }
            var path = trace.walk(null).walk();
            if (path.isEmpty()) {
                return Optional.empty();
            }
            if (trace.failure() instanceof NotSerializableException e) {
                path.getLast()
                        .type(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            } else if (path.getLast().type().isEmpty()) {
                path.removeLast(); // not begun: what failed is the code that writes the one before
            }
            return describe(path, trace.bytes(), "the object itself");
        } catch (RuntimeException | Error _) {
            return Optional.empty(); // user code that fails in another way the second time
        }
    }

    /// Where in a stream reading stood.
    ///
    /// @param read so many bytes
    static Optional<String> ofReading(byte[] stream, int read) {
        try {
            return describe(walkOver(stream, read).walk(), stream, "the top");
        } catch (RuntimeException | Error _) {
            return Optional.empty(); // not such a stream, or no memory is left to look at it
        }
    }

    /// Where in the array of what a lambda has captured reading stood.
    static Optional<String> ofReadingCaptures(byte[] stream, int read) {
        return ofReading(stream, read).map(path -> {
            var element = ELEMENT.matcher(path);
            return element.lookingAt()
                    ? Lambdas.captured(null, Integer.parseInt(element.group(1))) + path.substring(element.end())
                    : path;
        });
    }

    /// The binary name of the class of what a stream holds; empty where it is none that the stream names.
    static Optional<String> rootClass(byte[] stream) {
        var walk = walkOver(stream, stream.length);
        var _ = walk.walk();
        return walk.rootType().isEmpty() ? Optional.empty() : Optional.of(walk.rootType());
    }

    private static StreamWalk walkOver(byte[] stream, int end) {
        return new StreamWalk(stream, end, WrittenForm.UNKNOWN, null);
    }

    private static Optional<String> describe(List<StreamStep> path, byte[] stream, String root) {
        var parts = new ArrayList<String>();
        for (var step : path) {
            String text = step.place().text(stream);
            if (!text.isEmpty()) {
                parts.add(step.type().isEmpty() ? text : text + " (" + step.type() + ")");
            }
        }
        if (parts.isEmpty()) {
            return path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(root + " (" + path.getFirst().type() + ")");
        }
        if (parts.size() > MOST_STEPS) {
            int left = parts.size() - MOST_STEPS;
            parts.subList(MOST_STEPS / 2, MOST_STEPS / 2 + left).clear();
            parts.add(MOST_STEPS / 2, "... " + left + " more ...");
        }
        return Optional.of(String.join(" -> ", parts));
    }
}
