package io.millhand.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.Progress;
import io.millhand.ProgressRules;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the progress of one attempt from what it says. For workers; any thread of the task.
public final class ProgressMeter {

    /*
     * Regular expressions are the user's, and some take for ever: they are matched in the task's own threads, and
     * outside the monitor, which guards the numbers.
     */

    private final @Nullable Pattern total;
    private final @Nullable Pattern count;
    private final @Nullable Pattern alias;
    private final @Nullable Pattern reset;

    @GuardedBy("this")
    private Progress latest = new Progress(0, 0, "");

    private ProgressMeter(ProgressRules rules) {
        total = compiled(rules.total());
        count = compiled(rules.count());
        alias = compiled(rules.alias());
        reset = compiled(rules.reset());
    }

    /// Begins at nothing.
    ///
    /// @param rules of the task
    /// @return the meter
    public static ProgressMeter of(ProgressRules rules) {
        return new ProgressMeter(rules);
    }

    private static @Nullable Pattern compiled(String regex) {
        return regex.isEmpty() ? null : Pattern.compile(regex);
    }

    /// Looks at a message.
    ///
    /// @param text of it
    /// @return whether it says something of the progress, so that the latest one must be told
    public boolean observe(String text) {
        boolean begins = valueOf(reset, text) != null;
        long all = number(valueOf(total, text));
        String name = valueOf(alias, text);
        String counted = valueOf(count, text);
        if (!begins && all < 0 && name == null && counted == null) {
            return false;
        }
        synchronized (this) {
            long done = begins ? 0 : latest.done();
            if (counted != null) {
                long told = number(counted);
                done = told < 0 ? done + 1 : told;
            }
            long known = begins ? 0 : latest.total();
            latest = new Progress(done, all < 0 ? known : all, name == null ? latest.note() : name);
            return true;
        }
    }

    /// How far it is.
    ///
    /// @return never older than what was answered before
    public synchronized Progress latest() {
        return latest;
    }

    private static @Nullable String valueOf(@Nullable Pattern pattern, String text) {
        if (pattern == null) {
            return null;
        }
        var matcher = pattern.matcher(text);
        try {
            return matcher.find() ? valueOf(matcher) : null;
        } catch (StackOverflowError _) {
            return null; // an expression that is too deep for a long text matches nothing
        }
    }

    private static String valueOf(Matcher found) {
        String value = found.namedGroups().containsKey("value")
                ? found.group("value")
                : found.groupCount() > 0 ? found.group(1) : found.group();
        return value == null ? "" : value; // of a group that is optional
    }

    /// Negative where it is none.
    private static long number(@Nullable String text) {
        if (text == null
                || text.isEmpty()
                || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }
}
