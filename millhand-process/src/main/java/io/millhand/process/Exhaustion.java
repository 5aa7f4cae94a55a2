package io.millhand.process;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether something has run out in a child although its task goes on to tell of it.
final class Exhaustion {

    /// A chain may have no end: a `getCause` of the user's may answer a new one each time.
    private static final int MOST_LOOKS = 200;

    private Exhaustion() {}

    /// Whether it is an [OutOfMemoryError], or is caused by one, or has suppressed one.
    static boolean isIn(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var next = new ArrayDeque<Throwable>();
        next.add(thrown);
        while (!next.isEmpty() && seen.size() < MOST_LOOKS) {
            var one = next.removeFirst();
            if (one instanceof OutOfMemoryError) {
                return true;
            }
            if (seen.add(one)) {
                var cause = causeOf(one);
                if (cause != null) {
                    next.add(cause);
                }
                Collections.addAll(next, one.getSuppressed());
            }
        }
        return false;
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable _) {
            return null; // the user's code: it may do anything
        }
    }
}
