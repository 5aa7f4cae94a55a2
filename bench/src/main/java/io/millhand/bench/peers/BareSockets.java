package io.millhand.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The floor: two JVMs and a Unix-domain socket, blocking, without a protocol, a queue or serialization. What no pool
/// of child JVMs can beat.
public final class BareSockets {

    /// As our frame without a body.
    private static final int FRAME_BYTES = 17;

    /// So many frames may be on their way to each child.
    private static final int WINDOW = 1024;

    private static final int BATCH = 256;

    private BareSockets() {}

    /// Does a run.
    ///
    /// @param args see [Program]
    public static void main(String[] args) throws Exception {
        Program.main(args, BareSockets::measure);
    }

    static Map<Measure, Double> measure(Run run, int size) throws Exception {
        return switch (run) {
            case THROUGHPUT -> throughput(size);
            case ROUND_TRIP -> roundTrip(size);
            case COLD -> Map.of(Measure.COLD_FIRST, coldMillis(), Measure.COLD_SECOND, coldMillis());
            case PAYLOAD -> payload(size);
            case MEMORY -> memory();
        };
    }

    private static Map<Measure, Double> throughput(int tasks) throws Exception {
        try (var one = SocketPeer.start(SocketChild.Role.ECHO);
                var two = SocketPeer.start(SocketChild.Role.ECHO)) {
            frames(one, two, tasks);
            long start = System.nanoTime();
            frames(one, two, tasks);
            return Map.of(Measure.TASKS_PER_SECOND, tasks / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static void frames(SocketPeer one, SocketPeer two, int frames) throws Exception {
        var other = CompletableFuture.runAsync(
                () -> exchange(two, frames / 2), task -> Thread.ofPlatform().start(task));
        exchange(one, frames - frames / 2);
        other.get();
    }

    /// Sends frames in batches and completes a future for each that comes back.
    private static void exchange(SocketPeer peer, int frames) {
        var out = ByteBuffer.allocateDirect(BATCH * FRAME_BYTES);
        var in = ByteBuffer.allocateDirect(WINDOW * FRAME_BYTES);
        var waiting = new ArrayDeque<CompletableFuture<Integer>>();
        int sent = 0;
        int partial = 0;
        try {
            while (sent < frames || !waiting.isEmpty()) {
                out.clear();
                for (int i = 0; i < BATCH && sent < frames && waiting.size() < WINDOW; i++, sent++) {
                    out.putInt(13).put((byte) 1).putInt(1).putLong(sent);
                    waiting.addLast(new CompletableFuture<>());
                }
                SocketChild.writeAll(peer.socket(), out.flip());
                if (peer.socket().read(in.clear()) < 0) {
                    throw new IOException("the far side is gone");
                }
                partial += in.position();
                for (; partial >= FRAME_BYTES; partial -= FRAME_BYTES) {
                    waiting.removeFirst().complete(partial);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<Measure, Double> roundTrip(int calls) throws IOException {
        try (var peer = SocketPeer.start(SocketChild.Role.ECHO)) {
            roundTrips(peer, calls / 2);
            var micros = roundTrips(peer, calls);
            return Map.of(
                    Measure.ROUND_TRIP_P50,
                    Samples.percentile(micros, 0.5),
                    Measure.ROUND_TRIP_P99,
                    Samples.percentile(micros, 0.99));
        }
    }

    private static double[] roundTrips(SocketPeer peer, int calls) throws IOException {
        var bytes = ByteBuffer.allocateDirect(FRAME_BYTES);
        var micros = new double[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            peer.pingPong(bytes);
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        return micros;
    }

    private static double coldMillis() throws IOException {
        long start = System.nanoTime();
        try (var peer = SocketPeer.start(SocketChild.Role.ECHO)) {
            peer.pingPong(ByteBuffer.allocateDirect(1));
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static Map<Measure, Double> payload(int transfers) throws IOException {
        var payload = ByteBuffer.allocateDirect(Program.PAYLOAD_BYTES).put(Program.payload());
        var signal = ByteBuffer.allocateDirect(1);
        var there = new double[transfers];
        var back = new double[transfers];
        try (var sink = SocketPeer.start(SocketChild.Role.SINK);
                var source = SocketPeer.start(SocketChild.Role.SOURCE)) {
            for (int i = 0; i < transfers; i++) {
                there[i] = transferNanos(sink, payload, signal);
                back[i] = transferNanos(source, signal, payload);
            }
        }
        return Map.of(
                Measure.PAYLOAD_ARGUMENT,
                Program.mebibytesPerSecond(there),
                Measure.PAYLOAD_RESULT,
                Program.mebibytesPerSecond(back));
    }

    private static long transferNanos(SocketPeer peer, ByteBuffer there, ByteBuffer back) throws IOException {
        long start = System.nanoTime();
        SocketChild.writeAll(peer.socket(), there.clear());
        SocketChild.readAll(peer.socket(), back.clear());
        return System.nanoTime() - start;
    }

    private static Map<Measure, Double> memory() throws Exception {
        try (var peer = SocketPeer.start(SocketChild.Role.ECHO)) {
            peer.pingPong(ByteBuffer.allocateDirect(1));
            TimeUnit.MILLISECONDS.sleep(500);
            return Map.of(
                    Measure.IDLE_CHILD, Program.residentMebibytes(peer.process().pid()));
        }
    }
}
