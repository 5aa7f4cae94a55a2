package io.millhand.process;

import com.sun.management.ThreadMXBean;
import io.millhand.RemoteTaskException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// Damages encoded answers and reads them. Whatever the bytes are: reading ends, it allocates no more than the limits
/// let through, and it answers with a value or fails with a [RemoteTaskException].
///
/// Each answer has a seed of its own, so that a failure is repeated alone: `main` with that seed and one answer.
final class CodecFuzz {

    /// An element of an array may have eight bytes, and eight elements come of a byte at most.
    private static final int BYTES_PER_BYTE = 2 * Long.BYTES * 8;

    /// The limits let through so many elements of small answers, and classes are looked for by name.
    private static final long BYTES_AT_ALL = 2 << 20;

    /// That of the answer that has some.
    private static final byte[] ARRAY = new byte[Parcel.LEAST_APART];

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CEILING = 1 << 20;
    private static final ClassLoader LOADER = CodecFuzz.class.getClassLoader();

    /// Tags of the stream, and numbers at borders.
    private static final int[] NUMBERS = {
        0,
        1,
        -1,
        0x70,
        0x71,
        0x7e0000,
        0x7e0001,
        255,
        256,
        65_535,
        65_536,
        1 << 20,
        1 << 28,
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private record Node(Object next, long number) implements Serializable {}

    private record Handler(String text) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            return text;
        }
    }

    private interface Greeting {}

    private final List<byte[]> answers = answers();
    private long read;
    private long refused;

    /// Runs for as long as that takes, and says how it went.
    ///
    /// @param args the first seed, and how many answers
    public static void main(String[] args) {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
        long count = args.length > 1 ? Long.parseLong(args[1]) : 10_000_000;
        System.out.println(new CodecFuzz().run(seed, count));
    }

    /// Reads so many damaged answers, and tells how that went.
    String run(long firstSeed, long count) {
        System.out.println("first seed " + firstSeed);
        long start = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            try {
                check(seed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("answer with seed " + seed, e);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return "%,d answers, %,d refused, %.1f s, %,.0f answers/s, first seed %d"
                .formatted(read + refused, refused, seconds, (read + refused) / seconds, firstSeed);
    }

    long refused() {
        return refused;
    }

    private void check(long seed) {
        // What is done for the first time loads classes, which allocates, too.
        long allocated = beyondTheLimit(seed);
        for (int i = 0; i < 2 && allocated > 0; i++) {
            allocated = beyondTheLimit(seed);
        }
        if (allocated > 0) {
            throw new AssertionError("must not allocate beyond the limits, did so by " + allocated + " bytes");
        }
    }

    private long beyondTheLimit(long seed) {
        var random = new Random(seed);
        boolean returned = random.nextInt(4) > 0;
        byte[] bytes = returned ? damaged(random) : damagedFailure(random);
        var arrays = Collections.nCopies(random.nextInt(4), ARRAY);
        long start = System.nanoTime();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        decode(new EncodedAnswer(returned, new Parcel(bytes, arrays), LOADER, TransferLimits.defaults()));
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (System.nanoTime() - start > LIMIT_NANOS) {
            throw new AssertionError("must not take longer than 60 s to read " + bytes.length + " bytes");
        }
        return allocated - BYTES_AT_ALL - (long) BYTES_PER_BYTE * bytes.length;
    }

    private void decode(EncodedAnswer answer) {
        try {
            var _ = answer.decode();
            read++;
        } catch (RemoteTaskException e) {
            refused++;
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("a refusal must say what was wrong", e);
            }
        } catch (Throwable e) {
            if (answer.returned()) {
                throw new AssertionError("must be refused by a RemoteTaskException", e);
            }
            read++; // a failure that can be read is what the task threw
        }
    }

    private byte[] damaged(Random random) {
        byte[] bytes = answers.get(random.nextInt(answers.size())).clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes = damage(bytes, random);
        }
        return bytes;
    }

    private byte[] damagedFailure(Random random) {
        var frames = new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", 7)};
        byte[] encoded = random.nextBoolean() ? damaged(random) : answers.getFirst();
        byte[] whole =
                new Wire.Threw(new Wire.Hints(false, -1, List.of()), "a.B", "no", "a.B: no", frames, encoded).encode();
        return random.nextBoolean() ? whole : damage(whole, random);
    }

    private byte[] damage(byte[] bytes, Random random) {
        if (bytes.length < 2 * Long.BYTES) {
            return bytes;
        }
        int at = random.nextInt(bytes.length - Long.BYTES);
        var buffer = ByteBuffer.wrap(bytes);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) (0x70 + random.nextInt(16)); // a tag of the stream
            case 3 -> buffer.putInt(at, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 4 -> buffer.putShort(at, (short) NUMBERS[random.nextInt(NUMBERS.length)]);
            case 5 -> buffer.putLong(at, Long.MAX_VALUE >> random.nextInt(64));
            case 6 -> {
                return Arrays.copyOf(bytes, at);
            }
            default -> {
                return splice(bytes, at, answers.get(random.nextInt(answers.size())), random);
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] head, int taken, byte[] tail, Random random) {
        int dropped = random.nextInt(tail.length);
        byte[] spliced = Arrays.copyOf(head, taken + tail.length - dropped);
        System.arraycopy(tail, dropped, spliced, taken, tail.length - dropped);
        return spliced;
    }

    private static byte[] withArraysApart() {
        try {
            byte[] large = new byte[Parcel.LEAST_APART];
            return Codec.encodeParcel(List.of(1, large, large, new ArrayList<>(List.of(large.clone()))), CEILING)
                    .bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings({"JdkObsolete", "UnnecessaryStringBuilder"}) // users answer with those, too
    private static List<byte[]> answers() {
        Object deep = "end";
        for (int i = 0; i < 50; i++) {
            deep = new Node(deep, i);
        }
        var failure = new IllegalStateException("no", new IOException("cause"));
        failure.addSuppressed(new Error("suppressed"));
        var proxy = Proxy.newProxyInstance(LOADER, new Class<?>[] {Greeting.class}, new Handler("hello"));
        var identity = new IdentityHashMap<String, Object>();
        identity.put("k", 1);
        var values = new ArrayList<Object>(List.of(
                failure,
                deep,
                proxy,
                identity,
                new HashMap<>(Map.of("a", 1, "b", new long[3])),
                new LinkedHashSet<>(List.of("x", "y")),
                new TreeMap<>(Map.of(1, "one", 2, "two")),
                new Hashtable<>(Map.of("k", "v")),
                new ConcurrentHashMap<>(Map.of("k", "v")),
                new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
                new ArrayDeque<>(List.of(1, 2)),
                new PriorityQueue<>(List.of(2, 1)),
                new Vector<>(List.of(1)),
                new CopyOnWriteArrayList<>(List.of(1, 2, 3)),
                BitSet.valueOf(new long[] {1, 2, 3}),
                new BigDecimal("123456789.987654321"),
                BigInteger.TWO.pow(500)));
        values.addAll(List.of(
                List.of(1, 2, 3),
                Map.of("k", List.of("v")),
                ZonedDateTime.parse("2026-01-01T00:00Z[Europe/Paris]"),
                new StringBuilder().append(1),
                "x".repeat(70_000),
                new int[][] {{1, 2}, {3}},
                new Object[] {"a", String.class, TimeUnit.DAYS},
                Collections.nCopies(3, "n")));
        values.add(new ArrayList<>(values.subList(3, 12)));
        var answers = new ArrayList<>(values.stream().map(CodecFuzz::encoded).toList());
        answers.add(withArraysApart());
        return answers;
    }

    private static byte[] encoded(Object value) {
        try {
            return Codec.encode(value, CEILING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
