package io.millhand.process;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes graphs of values and collections, with objects that are held twice and wholes that hold themselves.
final class RandomGraph {

    private record Own(Object held) implements Serializable {}

    private final Random random;
    private final List<Object> made = new ArrayList<>();

    /// One graph in ten has something that is not compact.
    private final boolean hasOthers;

    RandomGraph(Random random) {
        this.random = random;
        hasOthers = random.nextInt(10) == 0;
    }

    Object make() {
        Object root = any(random.nextInt(5));
        return root == null ? "nothing" : root;
    }

    private @Nullable Object any(int depth) {
        if (!made.isEmpty() && random.nextInt(6) == 0) {
            return made.get(random.nextInt(made.size())); // perhaps what is being filled now
        }
        if (random.nextInt(10) == 0) {
            return null;
        }
        Object object = depth == 0 ? key(random.nextBoolean()) : whole(depth);
        if (random.nextBoolean()) {
            made.add(object);
        }
        return object;
    }

    /// Something whose hash is that of its value.
    private Object key(boolean small) {
        int number = small ? random.nextInt(300) - 150 : random.nextInt();
        return switch (random.nextInt(20)) {
            case 0 -> (byte) number;
            case 1 -> (short) number;
            case 2 -> (char) number;
            case 3 -> (long) number;
            case 4 -> (float) number;
            case 5 -> random.nextDouble();
            case 6 -> random.nextBoolean();
            case 7 -> BigInteger.valueOf(number).pow(random.nextInt(5));
            case 8 -> new BigDecimal(BigInteger.valueOf(random.nextLong()), number % 100);
            case 9 -> new UUID(random.nextLong(), number);
            case 10 -> Instant.ofEpochSecond(number, random.nextInt(1_000_000_000));
            case 11 -> Duration.ofMillis(random.nextLong());
            case 12 -> LocalDate.ofEpochDay(number);
            case 13 -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
            case 14 -> LocalDateTime.of(LocalDate.ofEpochDay(number), LocalTime.ofSecondOfDay(random.nextInt(86_400)));
            case 15 -> "\u20ac\ud800" + number;
            case 16 -> "\u00e9" + number;
            case 17 -> "";
            default -> number;
        };
    }

    private Object whole(int depth) {
        int size = random.nextInt(8) == 0 ? random.nextInt(100) : random.nextInt(5);
        return switch (random.nextInt(hasOthers ? 16 : 13)) {
            case 0, 1 -> fill(new ArrayList<>(), size, depth);
            case 2 -> new ArrayDeque<>(keys(size));
            case 3 -> new HashSet<>(keys(size));
            case 4 -> new LinkedHashSet<>(keys(size));
            case 5, 6 -> fill(new HashMap<>(), size, depth);
            case 7 -> List.copyOf(keys(size));
            case 8 -> keys(size).stream().toList();
            case 9 -> Set.copyOf(keys(size));
            case 10 -> Map.copyOf(fill(new HashMap<>(), keys(size)));
            case 11 -> array(size, depth);
            case 12 -> numbers(size);
            case 13 -> fill(new LinkedHashMap<>(), size, depth);
            case 14 -> new TreeMap<>(Map.of("k", keys(size)));
            default -> new Own(keys(size));
        };
    }

    private List<Object> keys(int size) {
        var keys = new ArrayList<Object>();
        for (int i = 0; i < size; i++) {
            keys.add(key(random.nextBoolean()));
        }
        return keys;
    }

    private Object fill(List<@Nullable Object> list, int size, int depth) {
        made.add(list);
        for (int i = 0; i < size; i++) {
            list.add(any(depth - 1));
        }
        return list;
    }

    private Object fill(Map<Object, @Nullable Object> map, int size, int depth) {
        made.add(map);
        for (var key : keys(size)) {
            map.put(key, any(depth - 1));
        }
        return map;
    }

    private Map<Object, Object> fill(Map<Object, Object> map, List<Object> keys) {
        for (var key : keys) {
            map.put(key, key(true));
        }
        return map;
    }

    private Object array(int size, int depth) {
        if (random.nextInt(3) == 0) {
            return keys(size).stream().map(String::valueOf).toArray(String[]::new);
        }
        var array = new @Nullable Object[size];
        made.add(array);
        for (int i = 0; i < size; i++) {
            array[i] = any(depth - 1);
        }
        return array;
    }

    private Object numbers(int size) {
        return switch (random.nextInt(8)) {
            case 0 -> {
                var bytes = new byte[size];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 1 -> new short[] {(short) random.nextInt(), 0};
            case 2 -> "caf\u00e9\u20ac".toCharArray();
            case 3 -> random.ints(size).toArray();
            case 4 -> random.longs(size).toArray();
            case 5 -> new float[] {random.nextFloat(), Float.NEGATIVE_INFINITY};
            case 6 -> random.doubles(size).toArray();
            default -> new boolean[] {random.nextBoolean(), true};
        };
    }
}
