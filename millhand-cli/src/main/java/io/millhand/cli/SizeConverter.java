package io.millhand.cli;

import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an amount of memory in bytes, as the JVM's own options do: `67108864`, `64m`, `2g`.
final class SizeConverter implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})([kKmMgG]?)[bB]?");

    @Override
    public Long convert(String text) {
        var matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "k" -> 10;
                case "m" -> 20;
                case "g" -> 30;
                default -> 0;
            };
            long number = Long.parseLong(matcher.group(1));
            if (number > 0 && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new TypeConversionException(
                "'" + text + "' is not a size: write a number above 0 and nothing, k, m or g, as in 512m");
    }
}
