package io.millhand.bench;

import io.millhand.SerializableCallable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What each station on the way to a child and back costs: a bare socket, and then one station more at each step, in
/// the order in which the child-JVM workers have them. Both sides are in one JVM, which costs the same wake-ups.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class HandOverBenchmark {

    private static final byte STARTED = 1;
    private static final byte RETURNED = 2;
    private static final byte[] EMPTY = {};

    /// Each includes those before it.
    public enum Step {
        /// Blocking reads.
        BLOCKING,
        /// Both sides wait in a selector before they read.
        SELECTORS,
        /// The far side's reading thread hands what it read to a thread that answers.
        FAR_HAND_OVER,
        /// The far side says that it has started before it answers.
        STARTED_FRAME,
        /// A thread of the near side reads and wakes the caller.
        NEAR_HAND_OVER,
        /// A lambda goes there and an Integer comes back, by JDK serialization.
        SERIALIZATION
    }

    /// The last station.
    @Param
    public Step step;

    private final BlockingQueue<byte[]> taken = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> answered = new LinkedBlockingQueue<>();
    private FrameSocket near;
    private FrameSocket far;
    private int number;

    private boolean has(Step station) {
        return step.compareTo(station) >= 0;
    }

    /// Connects both sides and starts their threads.
    @Setup
    public void open() throws IOException {
        var folder = Files.createTempDirectory("bench");
        var path = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(path);
            near = new FrameSocket(SocketChannel.open(path), has(Step.SELECTORS));
            far = new FrameSocket(server.accept(), has(Step.SELECTORS));
        }
        Files.delete(path.getPath());
        Files.delete(folder);
        start(() -> {
            while (true) {
                byte[] body = far.read(RETURNED);
                if (has(Step.FAR_HAND_OVER)) {
                    taken.put(body);
                } else {
                    answer(body);
                }
            }
        });
        start(() -> {
            while (true) {
                answer(taken.take());
            }
        });
        if (has(Step.NEAR_HAND_OVER)) {
            start(() -> {
                while (true) {
                    answered.put(near.read(RETURNED));
                }
            });
        }
    }

    /// Disconnects; the threads end with an exception or with the JVM.
    @TearDown
    public void close() throws IOException {
        near.close();
        far.close();
    }

    /// There and back.
    @Benchmark
    public Object roundTrip() throws Exception {
        int sent = number++;
        SerializableCallable<Integer> task = () -> sent;
        near.write(RETURNED, has(Step.SERIALIZATION) ? encode(task) : EMPTY);
        byte[] body = has(Step.NEAR_HAND_OVER) ? answered.take() : near.read(RETURNED);
        return has(Step.SERIALIZATION) ? decode(body) : body;
    }

    private void answer(byte[] body) throws Exception {
        if (has(Step.STARTED_FRAME)) {
            far.write(STARTED, EMPTY);
        }
        boolean encoded = has(Step.SERIALIZATION);
        far.write(RETURNED, encoded ? encode(((SerializableCallable<?>) decode(body)).call()) : EMPTY);
    }

    private static byte[] encode(Object object) throws IOException {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object decode(byte[] bytes) throws IOException, ClassNotFoundException {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        }
    }

    private interface Loop {
        void run() throws Exception;
    }

    private static void start(Loop loop) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                loop.run();
            } catch (Exception _) {
                // the benchmark is over
            }
        });
    }
}
