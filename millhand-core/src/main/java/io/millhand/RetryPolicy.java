package io.millhand;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Decides whether and when a task that did not succeed is tried again.
///
/// ```java
/// var policy = RetryPolicy.exponential(5)
///         .retryOn(IOException.class).neverOn(FileNotFoundException.class)
///         .onCrash(false)
///         .within(Duration.ofMinutes(2));
/// ```
///
/// Unless it says otherwise a failure, a timeout and a crash are tried again; a cancelled task is not. The recipe
/// runs anew each time, and a task that waits for its next attempt holds no worker. Attempts may overlap nothing: the
/// next one starts only after the end of the previous one is confirmed.
///
/// The wait before attempt `n + 1` is drawn uniformly from 0 to `min(delays.most, delays.first * 2^(n - 1))`:
/// exponential backoff with full jitter, as in Marc Brooker, *Exponential Backoff And Jitter* (AWS Architecture Blog,
/// 2015).
///
/// @param maxAttempts how many attempts in all, at least 1
/// @param delays the waits between them
/// @param crashLimit how many workers the task may crash before it is quarantined, at least 1
/// @param endings after which another attempt follows
/// @param within no attempt begins later than this after the start of the first one
public record RetryPolicy(int maxAttempts, Delays delays, int crashLimit, Endings endings, Duration within) {

    private static final RetryPolicy NONE =
            new RetryPolicy(1, new Delays(Duration.ZERO, Duration.ZERO), 2, Endings.ALL, Clocks.FOREVER);

    /// Refuses what makes no sense.
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, was " + maxAttempts);
        }
        requireNonNull(delays, "delays");
        if (crashLimit < 1) {
            throw new IllegalArgumentException("crashLimit must be at least 1, was " + crashLimit);
        }
        requireNonNull(endings, "endings");
        if (!requireNonNull(within, "within").isPositive()) {
            throw new IllegalArgumentException("within must be positive, was " + within);
        }
    }

    /// Ceilings of the waits between attempts.
    ///
    /// @param first of the first wait
    /// @param most of every wait
    public record Delays(Duration first, Duration most) {

        /// Refuses what makes no sense.
        public Delays {
            if (requireNonNull(first, "firstDelay").isNegative()) {
                throw new IllegalArgumentException("firstDelay must not be negative, was " + first);
            }
            if (requireNonNull(most, "maxDelay").compareTo(first) < 0) {
                throw new IllegalArgumentException("maxDelay must be at least firstDelay (" + first + "), was " + most);
            }
        }
    }

    /// Endings of an attempt after which another one follows. Exceptions are known by the names of their classes, as
    /// those of another JVM may have no class in this one.
    ///
    /// @param only the exceptions, subclasses included; empty for all
    /// @param never the exceptions, subclasses included, after which none follows; they win over `only`
    /// @param timeouts whether one follows after a timeout or a silence
    /// @param crashes whether one follows after the death of the worker
    public record Endings(Set<String> only, Set<String> never, boolean timeouts, boolean crashes) {

        static final Endings ALL = new Endings(Set.of(), Set.of(), true, true);

        /// Refuses a class that is in both.
        public Endings {
            only = Set.copyOf(only);
            never = Set.copyOf(never);
            var contradictory = new HashSet<>(only);
            contradictory.retainAll(never);
            if (!contradictory.isEmpty()) {
                throw new IllegalArgumentException(
                        "a class is either in retryOn or in neverOn, was in both: " + String.join(", ", contradictory));
            }
        }

        /// @param thrown the names of the class that was thrown and of its superclasses
        boolean include(Attempt.Ending ending, Supplier<List<String>> thrown) {
            return switch (ending) {
                case SUCCEEDED, CANCELLED -> false;
                case DETACHED -> true;
                case TIMED_OUT -> timeouts;
                case CRASHED -> crashes;
                case FAILED -> (only.isEmpty() && never.isEmpty()) || includeThrown(thrown.get());
            };
        }

        private boolean includeThrown(List<String> names) {
            return names.stream().noneMatch(never::contains)
                    && (only.isEmpty() || names.stream().anyMatch(only::contains));
        }

        private static Set<String> joined(Set<String> names, String setting, List<? extends Class<?>> classes) {
            if (classes.isEmpty()) {
                throw new IllegalArgumentException(setting + " must be given at least one class, was given none");
            }
            var all = new HashSet<>(names);
            classes.stream().map(Class::getName).forEach(all::add);
            return all;
        }
    }

    /// One attempt, the default of every task.
    ///
    /// @return the policy
    public static RetryPolicy none() {
        return NONE;
    }

    /// Up to `maxAttempts` attempts, with waits of at most 100 ms, 200 ms, 400 ms and so on up to 30 s between them.
    ///
    /// @param maxAttempts how many attempts in all, at least 1
    /// @return the policy
    public static RetryPolicy exponential(int maxAttempts) {
        var delays = new Delays(Duration.ofMillis(100), Duration.ofSeconds(30));
        return new RetryPolicy(maxAttempts, delays, 2, Endings.ALL, Clocks.FOREVER);
    }

    /// This policy with other waits.
    ///
    /// @param firstDelay the ceiling of the first wait
    /// @param maxDelay the ceiling of every wait
    /// @return the changed copy
    public RetryPolicy withDelays(Duration firstDelay, Duration maxDelay) {
        return new RetryPolicy(maxAttempts, new Delays(firstDelay, maxDelay), crashLimit, endings, within);
    }

    /// This policy with another number of crashes before quarantine.
    ///
    /// @param crashLimit at least 1
    /// @return the changed copy
    public RetryPolicy withCrashLimit(int crashLimit) {
        return new RetryPolicy(maxAttempts, delays, crashLimit, endings, within);
    }

    /// This policy for exceptions of these classes and their subclasses, and of those that were named before, and for
    /// no others. Timeouts and crashes are not concerned.
    ///
    /// @param classes at least one
    /// @return the changed copy
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final RetryPolicy retryOn(Class<? extends Throwable>... classes) {
        return with(new Endings(
                Endings.joined(endings.only, "retryOn", List.of(classes)),
                endings.never,
                endings.timeouts,
                endings.crashes));
    }

    /// This policy, but not for exceptions of these classes and their subclasses, nor of those that were named
    /// before, whatever [#retryOn] names.
    ///
    /// @param classes at least one
    /// @return the changed copy
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final RetryPolicy neverOn(Class<? extends Throwable>... classes) {
        return with(new Endings(
                endings.only,
                Endings.joined(endings.never, "neverOn", List.of(classes)),
                endings.timeouts,
                endings.crashes));
    }

    /// This policy with or without attempts after a timeout, or a silence beyond [Task#noProgress].
    ///
    /// @param again whether there are any
    /// @return the changed copy
    public RetryPolicy onTimeout(boolean again) {
        return with(new Endings(endings.only, endings.never, again, endings.crashes));
    }

    /// This policy with or without attempts after a crash of the worker.
    ///
    /// @param again whether there are any
    /// @return the changed copy
    public RetryPolicy onCrash(boolean again) {
        return with(new Endings(endings.only, endings.never, endings.timeouts, again));
    }

    /// This policy with a budget: no attempt is given to a worker later than this after the first one began. A task
    /// that would have to wait longer for its next attempt ends at once, as its last attempt did, and so does one
    /// that has got no worker by then. What runs goes on; [Task#deadline] ends that, too.
    ///
    /// @param within positive; [Clocks#FOREVER], the default, for no limit
    /// @return the changed copy
    public RetryPolicy within(Duration within) {
        return new RetryPolicy(maxAttempts, delays, crashLimit, endings, within);
    }

    private RetryPolicy with(Endings endings) {
        return new RetryPolicy(maxAttempts, delays, crashLimit, endings, within);
    }

    /// The ceiling of the wait after attempt `attempt`, in nanoseconds.
    long delayCeilingNanos(int attempt) {
        // Shifting by more than 62 would overflow; long before that the ceiling rules.
        int doublings = Math.min(attempt - 1, 62);
        long first = SystemBackend.saturatedNanos(delays.first);
        long most = SystemBackend.saturatedNanos(delays.most);
        return first > (most >> doublings) ? most : first << doublings;
    }

    /// The name of the class of a throwable and those of its superclasses, by which they are known in every JVM.
    static List<String> namesOf(Throwable thrown) {
        var names = new ArrayList<String>();
        for (Class<?> each = thrown.getClass(); each != Object.class; each = each.getSuperclass()) {
            names.add(each.getName());
        }
        return names;
    }
}
