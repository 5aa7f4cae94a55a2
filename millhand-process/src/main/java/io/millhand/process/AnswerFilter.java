package io.millhand.process;

import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.lang.invoke.SerializedLambda;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds one answer to the limits while it is read.
final class AnswerFilter implements ObjectInputFilter {

    /*
     * Made for one stream and used by the thread that reads it. It never answers ALLOWED, so that it never lets
     * through what the user's own filter would refuse. What was refused once stays refused: readObject may catch the
     * exception and go on.
     */

    /// Packages of `java.base` whose classes do no more than hold values.
    private static final Set<String> VALUES = Set.of(
            "java.lang",
            "java.math",
            "java.time",
            "java.time.chrono",
            "java.time.zone",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "java.util.concurrent.locks"); // a ConcurrentHashMap holds some

    static final String HOLDS_CODE = "it holds a lambda, which is code that this JVM did not send";

    private final TransferLimits limits;
    private final Optional<ObjectInputFilter> allowed;
    private final long mostReferences;
    private final long mostElements;

    private boolean asked;
    private long elements;
    private @Nullable String refusal;

    /// The class that was asked for last.
    private String last = "";

    /// @param answerBytes how large the answer is
    AnswerFilter(TransferLimits limits, long answerBytes) {
        this.limits = limits;
        allowed = limits.allowedFilter();
        mostReferences = limits.referencesIn(answerBytes);
        mostElements = limits.elementsIn(answerBytes);
    }

    @Override
    public Status checkInput(FilterInfo info) {
        asked = true;
        if (info.serialClass() != null) {
            last = info.serialClass().getTypeName();
        }
        if (refusal == null) {
            refusal = refuse(info);
        }
        return refusal == null ? Status.UNDECIDED : Status.REJECTED;
    }

    private @Nullable String refuse(FilterInfo info) {
        if (info.depth() > limits.depth()) {
            return tooDeep(limits.depth());
        }
        if (info.references() > mostReferences) {
            return tooMany(mostReferences);
        }
        if (info.arrayLength() >= 0) {
            elements += info.arrayLength();
            if (elements > mostElements) {
                return tooLarge(elements, last, info.arrayLength(), mostElements);
            }
        }
        var type = info.serialClass();
        if (type == SerializedLambda.class) {
            return HOLDS_CODE;
        }
        if (type != null && allowed.isPresent() && !isAllowed(info, type, allowed.get())) {
            return "class " + last + " is not among those that are allowed, "
                    + limits.allowed().orElseThrow();
        }
        return null;
    }

    static String tooDeep(int most) {
        return "it is nested more than " + most + " levels deep";
    }

    static String tooMany(long most) {
        return "it holds more than " + most + " objects";
    }

    /// @param elements of all arrays up to now
    /// @param last the class of the last one
    /// @param length of the last one
    static String tooLarge(long elements, String last, long length, long most) {
        return "its arrays have at least " + elements + " elements, the last one is " + last + " of " + length
                + "; at most " + most + " are read";
    }

    private static boolean isAllowed(FilterInfo info, Class<?> type, ObjectInputFilter listed) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isPrimitive() || listed.checkInput(info) == Status.ALLOWED) {
            return true;
        }
        return element.getModule() == Object.class.getModule()
                && (VALUES.contains(element.getPackageName()) || Throwable.class.isAssignableFrom(element));
    }

    /// Why this filter refused; empty where it did not.
    Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /// Also where the code that reads has caught the refusal.
    void ensureNothingWasRefused() throws InvalidClassException {
        if (refusal != null) {
            throw new InvalidClassException(refusal);
        }
    }

    /// Whether another filter, made by the user's factory, asks this one.
    boolean isAskedBy(ObjectInputFilter other) {
        asked = false;
        // The least that a filter is asked about: no class, no array.
        return other.checkInput(Question.LEAST) == Status.REJECTED || asked;
    }

    private record Question(
            @Nullable Class<?> serialClass, long arrayLength, long depth, long references, long streamBytes)
            implements FilterInfo {

        static final Question LEAST = new Question(null, -1, 1, 1, 1);
    }
}
