package io.millhand.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a harness is asked to do.
///
/// @param quick only to check that it works
/// @param given how often, or 0 for what is usual
/// @param out where the report goes besides, or null
record Options(boolean quick, int given, @Nullable Path out) {

    /// Empty where they are wrong.
    ///
    /// @param counting the option that tells how often
    static Optional<Options> of(String[] args, String counting) {
        boolean quick = false;
        int count = 0;
        Path out = null;
        try {
            var rest = List.of(args).iterator();
            while (rest.hasNext()) {
                String option = rest.next();
                if (option.equals("--quick")) {
                    quick = true;
                } else if (option.equals(counting)) {
                    count = Integer.parseUnsignedInt(rest.next());
                } else if (option.equals("--out")) {
                    out = Path.of(rest.next());
                } else {
                    return Optional.empty();
                }
            }
        } catch (RuntimeException _) { // no number, or nothing behind an option
            return Optional.empty();
        }
        return Optional.of(new Options(quick, count, out));
    }

    int count(int usual) {
        return given == 0 ? usual : given;
    }

    void write(String report) throws IOException {
        System.out.print(report);
        if (out != null) {
            Files.writeString(out, report);
        }
    }
}
