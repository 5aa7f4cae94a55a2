package io.millhand.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a duration as people write it: `500ms`, `30s`, `1.5m`, `2h`.
final class DurationConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|s|m|h)");

    @Override
    public Duration convert(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a duration: write a number and one of ms, s, m, h, as in 30s");
        }
        var unit = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        BigInteger nanos = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(unit.toMillis()))
                .movePointRight(6)
                .toBigInteger();
        if (nanos.bitLength() > 63) {
            throw new TypeConversionException("a duration must be at most "
                    + Duration.ofNanos(Long.MAX_VALUE).toHours() + "h, was '" + text + "'");
        }
        return Duration.ofNanos(nanos.longValue());
    }
}
