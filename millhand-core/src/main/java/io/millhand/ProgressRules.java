package io.millhand;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/// How a task's progress is read from what it says anyway, without a change in its code: regular expressions for
/// the messages that tell the total, count one more, name what it is at, and begin anew.
///
/// ```java
/// Task.of(Scan::run).progress(ProgressRules.counting("^processed ").total("total of (\\d+) items"))
/// ```
///
/// Each is searched for in the text of every message (log records, printed lines, [TaskContext#message(String)]),
/// in the thread that sends it, so that none is missed where messages are lost. Its value is the group named
/// `value`, or the first group, or all that matched. An empty expression matches nothing.
///
/// @param total its value is the total
/// @param count its value is how much is done where that is a number; else one more is
/// @param alias its value is the note
/// @param reset nothing is done and the total not known
public record ProgressRules(String total, String count, String alias, String reset) {

    /// Refuses what is no regular expression.
    public ProgressRules {
        requirePattern(total, "total");
        requirePattern(count, "count");
        requirePattern(alias, "alias");
        requirePattern(reset, "reset");
    }

    private static void requirePattern(String regex, String name) {
        var _ = Pattern.compile(requireNonNull(regex, name)); // its own message tells what is wrong, and where
    }

    /// Rules that count messages.
    ///
    /// @param regex of messages of which each is one more, or tells how much is done
    /// @return the rules
    public static ProgressRules counting(String regex) {
        return new ProgressRules("", regex, "", "");
    }

    /// The words of mppbar: `processing total of 7 items`, `processed item`, `worker is name`, `reset-mppbar`.
    ///
    /// @return the rules
    public static ProgressRules conventional() {
        return counting("^processed ")
                .total("^processing total of (\\d+) ")
                .alias("^worker is (.*)")
                .reset("^reset-mppbar");
    }

    /// These rules with another one.
    ///
    /// @param regex of messages that tell the total
    /// @return the changed copy
    public ProgressRules total(String regex) {
        return new ProgressRules(regex, count, alias, reset);
    }

    /// These rules with another one.
    ///
    /// @param regex of messages that tell what the task is at
    /// @return the changed copy
    public ProgressRules alias(String regex) {
        return new ProgressRules(total, count, regex, reset);
    }

    /// These rules with another one.
    ///
    /// @param regex of messages after which the task begins anew
    /// @return the changed copy
    public ProgressRules reset(String regex) {
        return new ProgressRules(total, count, alias, regex);
    }
}
