package io.millhand.process;

import static java.util.Objects.requireNonNull;

import java.io.ObjectInputFilter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What this JVM reads of what children answer. What goes beyond is refused before it is made, and the task fails with
/// an [io.millhand.RemoteTaskException] that names the class or the limit.
///
/// The filter of the whole JVM (`jdk.serialFilter`, a filter factory) holds besides: each may refuse what the other
/// lets through.
///
/// These limits keep an accident in a child from harming this JVM. They are no defence against a child that was taken
/// over: the code that reads a result is the code of its class.
///
/// @param depth how deep objects may be nested, at least 1
/// @param bytes how large one encoded answer may be, at least 1,024; empty for half of this JVM's maximum heap and at
///     most 1 GiB. Each worker may send one such answer at a time
/// @param references how many objects one answer may hold, at least 1; empty for as many as its bytes can tell
/// @param elements how many elements all arrays of one answer may have together, at least 1; empty for eight times its
///     bytes, which no honest answer needs
/// @param allowed patterns of the classes that an answer may hold, besides the value types, collections and exceptions
///     of `java.base`: `com.acme.Page`, `com.acme.*` for a package, `com.acme.**` for a package and those below it.
///     Empty for all classes. Lambdas are never allowed
public record TransferLimits(
        int depth, OptionalLong bytes, OptionalLong references, OptionalLong elements, Optional<List<String>> allowed) {

    private static final int DEFAULT_DEPTH = 1_000;
    private static final long LEAST_BYTES = 1_024;
    private static final long MOST_BYTES = 1 << 30;

    /// The tables of small collections are larger than their contents.
    private static final long SMALL = 1 << 16;

    /// Refuses what makes no sense.
    public TransferLimits {
        if (depth < 1) {
            throw new IllegalArgumentException("depth must be at least 1, was " + depth);
        }
        ensureAtLeast(LEAST_BYTES, requireNonNull(bytes, "bytes"), "bytes");
        if (bytes.orElse(LEAST_BYTES) > MOST_BYTES) {
            throw new IllegalArgumentException("bytes must be at most " + MOST_BYTES + ", was " + bytes.getAsLong());
        }
        ensureAtLeast(1, requireNonNull(references, "references"), "references");
        ensureAtLeast(1, requireNonNull(elements, "elements"), "elements");
        allowed = allowed.map(List::copyOf);
        allowed.ifPresent(patterns -> patterns.forEach(TransferLimits::ensurePattern));
    }

    private static void ensureAtLeast(long least, OptionalLong value, String name) {
        if (value.orElse(least) < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value.getAsLong());
        }
    }

    private static void ensurePattern(String pattern) {
        if (!pattern.matches("[\\w$]+(\\.[\\w$]+)*(\\.\\*{1,2})?")) {
            throw new IllegalArgumentException("a pattern of allowed must be the name of a class, or a package and .*"
                    + " or .** (com.acme.Page, com.acme.*, com.acme.**), was '" + pattern + "'");
        }
    }

    /// The usual limits: 1,000 levels deep, the rest by the bytes of the answer, all classes.
    ///
    /// @return the limits
    public static TransferLimits defaults() {
        return new TransferLimits(
                DEFAULT_DEPTH, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
    }

    /// These limits with another depth. Reading takes stack: a few thousand levels need a larger one.
    ///
    /// @param depth at least 1
    /// @return the changed copy
    public TransferLimits depth(int depth) {
        return new TransferLimits(depth, bytes, references, elements, allowed);
    }

    /// These limits with another ceiling of one answer.
    ///
    /// @param bytes at least 1,024, at most 1 GiB
    /// @return the changed copy
    public TransferLimits bytes(long bytes) {
        return new TransferLimits(depth, OptionalLong.of(bytes), references, elements, allowed);
    }

    /// These limits with another number of objects.
    ///
    /// @param references at least 1
    /// @return the changed copy
    public TransferLimits references(long references) {
        return new TransferLimits(depth, bytes, OptionalLong.of(references), elements, allowed);
    }

    /// These limits with another number of array elements.
    ///
    /// @param elements at least 1, in all arrays of one answer
    /// @return the changed copy
    public TransferLimits elements(long elements) {
        return new TransferLimits(depth, bytes, references, OptionalLong.of(elements), allowed);
    }

    /// These limits with a list of the classes that an answer may hold.
    ///
    /// @param patterns of their names; an empty list for those of `java.base` alone
    /// @return the changed copy
    public TransferLimits allowed(List<String> patterns) {
        return new TransferLimits(depth, bytes, references, elements, Optional.of(patterns));
    }

    /// How large one answer may be.
    long answerBytes() {
        return bytes.orElseGet(() -> Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 2));
    }

    /// How many objects an answer of so many bytes may hold: each takes at least one of them.
    long referencesIn(long answerBytes) {
        return references.orElse(answerBytes);
    }

    /// How many elements the arrays of an answer of so many bytes may have together.
    long elementsIn(long answerBytes) {
        return elements.orElse(8 * answerBytes + SMALL);
    }

    /// The same for the compact form, whose classes are all allowed in any case.
    CompactReader.Limits compactIn(long answerBytes) {
        return new CompactReader.Limits(depth, referencesIn(answerBytes), elementsIn(answerBytes));
    }

    /// What the list of classes allows, as a filter that answers ALLOWED or UNDECIDED.
    Optional<ObjectInputFilter> allowedFilter() {
        return allowed.map(patterns -> patterns.isEmpty()
                ? _ -> ObjectInputFilter.Status.UNDECIDED
                : ObjectInputFilter.Config.createFilter(String.join(";", patterns)));
    }
}
