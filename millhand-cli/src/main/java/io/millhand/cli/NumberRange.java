package io.millhand.cli;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Whole numbers from `first` to `last`, both included.
record NumberRange(long first, long last) {

    private static final Pattern FORM = Pattern.compile("([+-]?\\d+)\\.\\.([+-]?\\d+)");

    NumberRange {
        if (first > last) {
            throw new IllegalArgumentException(
                    "the range " + first + ".." + last + " is empty: the first number must not be above the last");
        }
    }

    static NumberRange parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a range: write two whole numbers, as in 1..1000 or -5..5");
        }
        return new NumberRange(number(matcher.group(1)), number(matcher.group(2)));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(
                    "the range must lie within " + Long.MIN_VALUE + ".." + Long.MAX_VALUE + ", was " + text);
        }
    }

    /// How many numbers; a range of more than `Long.MAX_VALUE` numbers counts as that many.
    long size() {
        long distance = last - first;
        return distance < 0 || distance == Long.MAX_VALUE ? Long.MAX_VALUE : distance + 1;
    }

    Iterator<Input> inputs() {
        return new Iterator<>() {
            private long next = first;
            private boolean done;

            @Override
            public boolean hasNext() {
                return !done;
            }

            @Override
            public Input next() {
                if (done) {
                    throw new NoSuchElementException("the range ends at " + last);
                }
                var input = Input.text(Long.toString(next));
                done = next == last; // before the increment, which may overflow
                next++;
                return input;
            }
        };
    }

    static final class Converter implements ITypeConverter<NumberRange> {
        @Override
        public NumberRange convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
