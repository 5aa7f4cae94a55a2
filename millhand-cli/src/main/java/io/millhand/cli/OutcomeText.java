package io.millhand.cli;

import io.millhand.Attempt;
import io.millhand.CrashReport;
import io.millhand.Expiry;
import io.millhand.MemoryCause;
import io.millhand.Outcome;
import io.millhand.RemoteTaskException;
import java.util.Locale;

/// Outcomes in words: for the lines that people read, and for the objects that programs read.
final class OutcomeText {

    private static final int MAX_LINE = 300;

    private OutcomeText() {}

    static Attempt.Ending ending(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Succeeded<?> _ -> Attempt.Ending.SUCCEEDED;
            case Outcome.Failed<?> _ -> Attempt.Ending.FAILED;
            case Outcome.TimedOut<?> _ -> Attempt.Ending.TIMED_OUT;
            case Outcome.Crashed<?> _ -> Attempt.Ending.CRASHED;
            case Outcome.Cancelled<?> _ -> Attempt.Ending.CANCELLED;
        };
    }

    /// As programs read it: `timed-out`.
    static String key(Attempt.Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// As people read it: `timed out`.
    static String words(Attempt.Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Why there is no value, on one line.
    static String reason(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Succeeded<?> _ -> "";
            case Outcome.Failed<?>(FunctionFailure failure) -> failure.summary();
            case Outcome.Failed<?>(var cause) -> cause.toString();
            case Outcome.TimedOut<?>(var expiry) ->
                "no answer within " + Tally.seconds(expiry.limit().toNanos());
            case Outcome.Crashed<?>(var report) -> report.summary() + kept(report);
            case Outcome.Cancelled<?> _ -> "the run was stopped";
        };
    }

    private static String kept(CrashReport report) {
        return report.folder()
                .map(folder -> "; kept in " + folder)
                .orElse(report.folderProblem().isEmpty() ? "" : "; cannot be kept: " + report.folderProblem());
    }

    /// The `error` of a result: an object with a message, and what else is known.
    static void error(Outcome<?> outcome, StringBuilder out) {
        var members = new Members(out);
        switch (outcome) {
            case Outcome.Succeeded<?> _ -> {}
            case Outcome.Failed<?>(FunctionFailure failure) -> {
                members.text("class", failure.type());
                members.textOrNull("message", failure.getMessage());
                members.text("stack", failure.stack());
            }
            case Outcome.Failed<?>(RemoteTaskException remote) -> {
                members.text("class", remote.remoteClass());
                members.textOrNull("message", remote.getMessage());
                members.text("stack", remote.remoteStack());
            }
            case Outcome.Failed<?>(var cause) -> {
                members.text("class", cause.getClass().getName());
                members.textOrNull("message", cause.getMessage());
            }
            case Outcome.TimedOut<?>(var expiry) -> timedOut(expiry, members);
            case Outcome.Crashed<?>(var report) -> crashed(report, members);
            case Outcome.Cancelled<?> _ -> members.text("message", reason(outcome));
        }
        members.end();
    }

    private static void timedOut(Expiry expiry, Members members) {
        members.text(
                "message", "no answer within " + Tally.seconds(expiry.limit().toNanos()));
        members.textUnlessEmpty("stack", expiry.stack());
    }

    private static void crashed(CrashReport report, Members members) {
        members.text("message", report.summary());
        members.number("pid", report.pid());
        report.exitCode().ifPresent(code -> members.number("exitCode", code));
        report.signal().ifPresent(signal -> members.text("signal", signal));
        if (report.memory() != MemoryCause.NONE) {
            members.text("memory", report.memory().name().toLowerCase(Locale.ROOT));
        }
        report.folder().ifPresent(folder -> members.text("folder", folder.toString()));
        members.textUnlessEmpty("stderr", report.stderrTail());
        members.textUnlessEmpty("fatalError", report.fatalError());
    }

    /// Any text as one line of bearable length that does nothing to a terminal.
    static String oneLine(String text) {
        var line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < MAX_LINE; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append(' ');
                default -> line.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return line.length() < MAX_LINE ? line.toString() : line.append("...").toString();
    }
}
