package io.millhand.process;

import io.millhand.spi.Assignment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The attempts that a worker has, the oldest first. Guarded by the worker's monitor. Who asks for one mostly asks for
/// one of the first.
@SuppressWarnings("ReferenceEquality") // assignments are compared by identity, as the spi says
final class ChildAttempts implements Iterable<ChildAttempt> {

    private final List<ChildAttempt> all = new ArrayList<>();
    private long bytes;

    @Override
    public Iterator<ChildAttempt> iterator() {
        return all.iterator();
    }

    void add(ChildAttempt attempt) {
        all.add(attempt);
        bytes += attempt.bytes();
    }

    /// Forgets it; answers false where it is not there any more.
    boolean remove(ChildAttempt attempt) {
        boolean wasHere = all.remove(attempt);
        bytes -= wasHere ? attempt.bytes() : 0;
        return wasHere;
    }

    /// Removes those that match and answers them.
    List<ChildAttempt> take(Predicate<ChildAttempt> which) {
        List<ChildAttempt> taken = new ArrayList<>();
        all.removeIf(attempt -> which.test(attempt) && taken.add(attempt));
        taken.forEach(attempt -> bytes -= attempt.bytes());
        return taken;
    }

    int size() {
        return all.size();
    }

    /// What all of them occupy, encoded.
    long bytes() {
        return bytes;
    }

    @Nullable
    ChildAttempt of(Assignment assignment) {
        for (var attempt : all) {
            if (attempt.assignment == assignment) {
                return attempt;
            }
        }
        return null;
    }

    @Nullable
    ChildAttempt meantBy(Child from, Frame frame) {
        for (var attempt : all) {
            if (attempt.isMeantBy(from, frame)) {
                return attempt;
            }
        }
        return null;
    }

    /// The oldest one that a child has not answered.
    @Nullable
    ChildAttempt firstOf(Child child) {
        for (var attempt : all) {
            if (attempt.child == child && !attempt.answered) {
                return attempt;
            }
        }
        return null;
    }

    /// Whether a child has some, answered or not.
    boolean anyOf(Child child) {
        for (var attempt : all) {
            if (attempt.child == child) {
                return true;
            }
        }
        return false;
    }

    /// Whether a child has at most one that it has not answered.
    boolean atMostOneOf(Child child) {
        var first = firstOf(child);
        for (var attempt : all) {
            if (attempt.child == child && !attempt.answered && attempt != first) {
                return false;
            }
        }
        return true;
    }
}
