package io.millhand.bench;

import io.millhand.process.ProcessWorkers;
import io.millhand.process.TransferLimits;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it takes to put an answer into bytes, and to read it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final MethodHandle ENCODE;
    private static final MethodHandle DECODE;

    static {
        try {
            var codec = Class.forName("io.millhand.process.Codec");
            var inside = MethodHandles.privateLookupIn(codec, MethodHandles.lookup());
            ENCODE = inside.findStatic(codec, "encode", MethodType.methodType(byte[].class, Object.class, long.class));
            DECODE = inside.findStatic(
                    codec,
                    "decodeAnswer",
                    MethodType.methodType(Object.class, byte[].class, ClassLoader.class, TransferLimits.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What is answered.
    public enum Answer {
        /// As small as it gets.
        INTEGER,
        /// Ten letters.
        TEXT,
        /// Ten values.
        LIST,
        /// Five entries.
        MAP,
        /// 16 MiB.
        BYTES
    }

    /// The answer.
    @Param
    public Answer answer;

    private Object value;

    private final TransferLimits limits = TransferLimits.defaults();
    private final ClassLoader loader = ProcessWorkers.class.getClassLoader();
    private byte[] encoded;

    /// Encodes it.
    @Setup
    public void encodeOnce() throws Throwable {
        value = switch (answer) {
            case INTEGER -> 42_000;
            case TEXT -> "abcdefghij";
            case LIST -> new ArrayList<>(List.of("a", "b", 1_000, 2_000, 3L, 4.0, "c", "d", "e", true));
            case MAP -> new HashMap<>(Map.of("a", 1, "b", 2, "c", 3, "d", "four", "e", 5.0));
            case BYTES -> new byte[16 << 20];
        };
        encoded = encode();
    }

    /// Into bytes.
    @Benchmark
    public byte[] encode() throws Throwable {
        return (byte[]) ENCODE.invokeExact(value, 1L << 30);
    }

    /// Out of them.
    @Benchmark
    public @Nullable Object decode() throws Throwable {
        return (Object) DECODE.invokeExact(encoded, loader, limits);
    }
}
