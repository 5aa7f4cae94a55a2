package io.millhand.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millhand.Clocks;
import io.millhand.ProgressRules;
import io.millhand.spi.Assignment;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/// What an attempt in a child knows of its limit and of how its progress is read.
///
/// @param limitNanos how long it may take from its start on; negative for no limit
/// @param progress empty where its progress is not read from its messages
record Terms(long limitNanos, Optional<ProgressRules> progress) {

    static final Terms NONE = new Terms(-1, Optional.empty());

    /// Of an attempt that is sent now.
    static Terms of(Assignment assignment) {
        var limit = assignment.limit();
        long nanos = limit.equals(Clocks.FOREVER) ? -1 : NANOSECONDS.convert(limit);
        var rules = assignment.progressRules();
        return nanos < 0 && rules.isEmpty() ? NONE : new Terms(nanos, rules);
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeLong(limitNanos);
        out.writeBoolean(progress.isPresent());
        if (progress.isPresent()) {
            var rules = progress.get();
            Wire.writeText(out, rules.total());
            Wire.writeText(out, rules.count());
            Wire.writeText(out, rules.alias());
            Wire.writeText(out, rules.reset());
        }
    }

    static Terms readFrom(DataInputStream in) throws IOException {
        Wire.ensureLeft(in, Long.BYTES + 1, "a limit, and whether there are rules for progress");
        long limitNanos = in.readLong();
        return new Terms(limitNanos, in.readBoolean() ? Optional.of(rules(in)) : Optional.empty());
    }

    private static ProgressRules rules(DataInputStream in) throws IOException {
        try {
            return new ProgressRules(Wire.readText(in), Wire.readText(in), Wire.readText(in), Wire.readText(in));
        } catch (PatternSyntaxException e) {
            throw new ProtocolException("a rule for progress must be a regular expression, was one of "
                    + e.getPattern().length() + " characters: " + e.getDescription());
        }
    }
}
