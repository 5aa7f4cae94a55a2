package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {

    record Point(int x, double y) {}

    record Line(Point from, @Nullable Point to, List<String> tags) {}

    record Throwing(int value) {
        @Override
        public int value() {
            throw new IllegalStateException("not now");
        }
    }

    @Test
    void writesRecordsListsAndMapsInTheirOrder() {
        var map = new LinkedHashMap<String, Object>();
        map.put("b", new Line(new Point(1, 2.5), null, List.of("p", "q")));
        map.put("a", List.of());
        assertThat(Json.of(map))
                .isEqualTo("{\"b\":{\"from\":{\"x\":1,\"y\":2.5},\"to\":null,\"tags\":[\"p\",\"q\"]},\"a\":[]}");
    }

    @Test
    void writesNumbers() {
        assertThat(Json.of(List.of(
                        (byte) 1, (short) 2, 3, Long.MIN_VALUE, new BigInteger("123456789012345678901"), 1e300, 0.1f)))
                .isEqualTo("[1,2,3,-9223372036854775808,123456789012345678901,1.0E300,0.1]");
        assertThat(Json.of(new BigDecimal("1E+3"))).isEqualTo("1E+3");
    }

    @Test
    void writesNumbersThatJsonLacksAsStrings() {
        assertThat(Json.of(List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)))
                .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
    }

    @Test
    void writesOptionalsAsTheirContent() {
        assertThat(Json.of(List.of(Optional.of("x"), Optional.empty(), OptionalInt.of(3), OptionalInt.empty())))
                .isEqualTo("[\"x\",null,3,null]");
    }

    @Test
    void writesArraysOfAllKinds() {
        assertThat(Json.of(new Object[] {new int[] {1, 2}, new byte[] {1, 2, 3}, new char[] {'a', 'b'}, true, 'c'}))
                .isEqualTo("[[1,2],\"AQID\",\"ab\",true,\"c\"]");
    }

    @Test
    void writesTheRestAsItPrints() {
        assertThat(Json.of(List.of(
                        TimeUnit.DAYS,
                        LocalDate.of(2026, 1, 31),
                        Duration.ofSeconds(90),
                        Date.from(Instant.EPOCH),
                        new UUID(0, 1))))
                .isEqualTo("[\"DAYS\",\"2026-01-31\",\"PT1M30S\",\"1970-01-01T00:00:00Z\","
                        + "\"00000000-0000-0000-0000-000000000001\"]");
    }

    @Test
    void writesKeysAsText() {
        var map = new LinkedHashMap<@Nullable Object, Object>();
        map.put(TimeUnit.DAYS, 1);
        map.put(2, 3);
        map.put(null, 4);
        assertThat(Json.of(map)).isEqualTo("{\"DAYS\":1,\"2\":3,\"null\":4}");
    }

    @Test
    void escapesWhatAStringMayNotHold() {
        assertThat(Json.of("\"\\\n\r\t\b\u0000\u007f\u2028\u0085"))
                .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0008\\u0000\\u007f\\u2028\\u0085\"");
    }

    @Test
    void keepsPairsOfSurrogatesAndReplacesLoneOnes() {
        assertThat(Json.of("\ud83d\ude00")).isEqualTo("\"\ud83d\ude00\"");
        assertThat(Json.of("a\ud83d")).isEqualTo("\"a\ufffd\"");
        assertThat(Json.of("\ude00\ud83d")).isEqualTo("\"\ufffd\ufffd\"");
    }

    @Test
    void namesThePlaceWhereAValueHoldsItself() {
        var list = new ArrayList<Object>();
        list.add("first");
        list.add(Map.of("next", list));
        assertThatThrownBy(() -> Json.of(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds itself at $[1].next");
    }

    @Test
    void takesOneValueInTwoPlaces() {
        var point = new Point(1, 1);
        assertThat(Json.of(List.of(point, point))).isEqualTo("[{\"x\":1,\"y\":1.0},{\"x\":1,\"y\":1.0}]");
    }

    @Test
    void refusesEndlessNesting() {
        List<Object> nested = List.of();
        for (int i = 0; i < 10_000; i++) {
            nested = List.of(nested);
        }
        var deep = nested;
        assertThatThrownBy(() -> Json.of(deep)).hasMessageContaining("nested more than 500 levels deep");
    }

    @Test
    void tellsOfAnAccessorThatThrows() {
        assertThatThrownBy(() -> Json.of(new Throwing(1)))
                .hasMessageContaining("value")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void printsPlainValuesAsTheyAreAndStructuresAsJson() {
        assertThat(Json.printed("say \"hi\"")).isEqualTo("say \"hi\"");
        assertThat(Json.printed(1.5)).isEqualTo("1.5");
        assertThat(Json.printed(null)).isEqualTo("null");
        assertThat(Json.printed(new Point(1, 2))).isEqualTo("{\"x\":1,\"y\":2.0}");
        assertThat(Json.printed(Arrays.asList("a", null))).isEqualTo("[\"a\",null]");
        assertThat(Json.printed(new int[] {1})).isEqualTo("[1]");
        assertThat(Json.printed(Optional.of("x"))).isEqualTo("\"x\"");
    }
}
