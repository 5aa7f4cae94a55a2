package io.millhand.process;

import static java.util.Objects.requireNonNull;

import com.sun.management.ThreadMXBean;
import io.millhand.Progress;
import io.millhand.RemoteTaskException;
import io.millhand.SerializableCallable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Feeds damaged conversations to what reads frames and their bodies. Whatever arrives: it ends, it allocates no more
/// than the ceiling beyond what it was fed, and what it refuses it refuses with a [ProtocolException] that says what
/// was wrong.
///
/// Each conversation has a seed of its own, so that a failure is repeated alone: `main` with that seed and one frame.
final class FrameFuzz {

    private static final int CEILING = 256 * 1024;

    /// Objects and strings for each byte that is fed, and an exception with its stack trace.
    private static final int BYTES_PER_BYTE = 64;

    private static final int BYTES_AT_ALL = 64 * 1024;

    private static final int[] NUMBERS = {
        0,
        1,
        -1,
        4,
        12,
        13,
        14,
        127,
        128,
        255,
        256,
        1023,
        1024,
        1025,
        65_535,
        CEILING - 1,
        CEILING,
        CEILING + 1,
        Frame.PART_BYTES,
        Frame.PART_BYTES + 13,
        Frame.PART_BYTES + 14,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private static final EncodedItems.Stream STREAM = new EncodedItems.Stream(
            FrameFuzz.class.getClassLoader(), TransferLimits.defaults(), new ItemObjects.Descriptions());

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<byte[]> fromChild = fromChild();
    private final List<byte[]> fromParent = fromParent();
    private final ByteBuffer incoming = ByteBuffer.allocate(Frame.HEADER_BYTES + Frame.PART_BYTES);
    private long received;
    private long refused;

    /// Runs for as long as that takes, and says how it went.
    ///
    /// @param args the first seed, and how many frames
    public static void main(String[] args) {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
        long frames = args.length > 1 ? Long.parseLong(args[1]) : 10_000_000;
        System.out.println(new FrameFuzz().run(seed, frames));
    }

    /// Runs until so many frames of damaged conversations were received or refused, and tells how that went.
    String run(long firstSeed, long frames) {
        System.out.println("first seed " + firstSeed);
        long start = System.nanoTime();
        long seed = firstSeed;
        for (; received + refused < frames; seed++) {
            converseAs(seed);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return "%,d frames in %,d conversations, %,d refused, %.1f s, %,.0f frames/s, first seed %d"
                .formatted(
                        received + refused,
                        seed - firstSeed,
                        refused,
                        seconds,
                        (received + refused) / seconds,
                        firstSeed);
    }

    private void converseAs(long seed) {
        try {
            converse(seed);
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError("conversation with seed " + seed, e);
        }
    }

    long refused() {
        return refused;
    }

    private void converse(long seed) throws IOException {
        // What is done for the first time loads classes and links call sites, which allocates, too.
        long allocated = allocatedBy(seed);
        for (int i = 0; i < 2 && allocated > 0; i++) {
            allocated = allocatedBy(seed);
        }
        if (allocated > 0) {
            throw new AssertionError("must not allocate beyond the ceiling, did so by " + allocated + " bytes");
        }
    }

    /// Runs a conversation; answers how many bytes it allocated beyond what it may.
    private long allocatedBy(long seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = damaged(random.nextBoolean() ? fromChild : fromParent, random);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            feed(bytes, random);
        } catch (ProtocolException e) {
            refused++;
            ensureTelling(String.valueOf(e.getMessage()));
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        return allocated - CEILING - BYTES_AT_ALL - (long) BYTES_PER_BYTE * bytes.length;
    }

    private static void ensureTelling(String message) {
        if (!message.contains("must") || message.chars().noneMatch(c -> c >= '0' && c <= '9')) {
            throw new AssertionError("a refusal must say what was wrong, and the value: " + message);
        }
    }

    /// As a channel does it: what is incomplete stays in the buffer.
    private void feed(byte[] bytes, Random random) throws IOException {
        var reader = new FrameReader(CEILING, new Decoder());
        incoming.clear();
        int fed = 0;
        while (fed < bytes.length) {
            int count = Math.min(incoming.remaining(), Math.min(bytes.length - fed, 1 + random.nextInt(bytes.length)));
            if (count == 0) {
                throw new AssertionError("a full buffer must hold a frame");
            }
            incoming.put(bytes, fed, count).flip();
            fed += count;
            reader.read(incoming);
            incoming.compact();
        }
    }

    /// Decodes each body as the receiver of its kind does.
    private final class Decoder implements FrameListener {

        private final SharedStore shared = new SharedStore(new ServedLoaders(_ -> {}, _ -> false));

        @Override
        public void received(Frame frame) throws IOException {
            received++;
            switch (frame.kind()) {
                case HELLO, STACK -> Wire.decodeText(frame.body());
                case WELCOME -> Wire.Welcome.decode(frame.body());
                case ASSIGN, BROADCAST -> Wire.AssignHead.decode(new ByteArrayInputStream(frame.body()));
                case THREW, SETUP_FAILED -> Wire.Threw.decode(frame.body());
                case MESSAGE -> MessageFrame.decode(frame, "", _ -> {});
                case PROGRESS -> ProgressFrame.decode(frame);
                case RESOURCE_REQUEST -> ResourceFrames.Request.decode(frame.body());
                case RESOURCE -> ResourceFrames.Answer.decode(frame.body());
                case SHARE -> shared.received(frame);
                case UNSHARE -> shared.released(frame);
                case SITE -> shared.learned(frame);
                case ITEMS -> readAll(frame.body());
                case INPUT_ENDED ->
                    new EncodedAnswer(false, frame.body(), STREAM.loader(), STREAM.limits()).decodeFailure();
                case STARTED,
                        RETURNED,
                        CANCEL,
                        STACK_REQUEST,
                        STOP,
                        EXITING,
                        SETUP,
                        READY,
                        INTERRUPT,
                        ALIVE,
                        DEMAND,
                        ITEMS_CLOSED,
                        TAKE_BACK,
                        GIVEN_BACK -> {}
                case ARRAY -> throw new AssertionError("an array must come with its frame");
            }
        }

        @Override
        public void ended(@Nullable IOException cause) {}

        private static void readAll(byte[] body) throws ProtocolException {
            var items = new EncodedItems(body, STREAM);
            try {
                while (items.hasNext()) {
                    var _ = items.next();
                }
            } catch (RemoteTaskException _) {
                // as it should be
            }
        }
    }

    private static byte[] damaged(List<byte[]> conversation, Random random) {
        var frames = new ArrayList<byte[]>();
        conversation.forEach(frame -> frames.add(frame.clone()));
        Collections.rotate(frames, random.nextInt(frames.size()));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            damage(frames, random);
        }
        int size = frames.stream().mapToInt(frame -> frame.length).sum();
        var bytes = ByteBuffer.allocate(size);
        frames.forEach(bytes::put);
        return bytes.array();
    }

    private static void damage(List<byte[]> frames, Random random) {
        int at = random.nextInt(frames.size());
        byte[] frame = frames.get(at);
        switch (frame.length < Frame.HEADER_BYTES ? 0 : random.nextInt(9)) {
            case 0 -> frames.add(at, random(random));
            case 1 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> ByteBuffer.wrap(frame).putInt(0, number(random));
            case 3 -> ByteBuffer.wrap(frame).putInt(random.nextInt(frame.length - 3), number(random));
            case 4 -> frames.set(at, Arrays.copyOf(frame, random.nextInt(frame.length)));
            case 5 -> frames.add(random.nextInt(frames.size()), frame.clone());
            case 6 -> Collections.swap(frames, at, random.nextInt(frames.size()));
            case 7 -> frames.set(at, splice(frame, frames.get(random.nextInt(frames.size())), random));
            default -> frames.set(at, resized(frame, random));
        }
    }

    private static int number(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private static byte[] random(Random random) {
        var bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] splice(byte[] head, byte[] tail, Random random) {
        int taken = random.nextInt(head.length);
        int dropped = random.nextInt(tail.length + 1);
        byte[] spliced = Arrays.copyOf(head, taken + tail.length - dropped);
        System.arraycopy(tail, dropped, spliced, taken, tail.length - dropped);
        return spliced;
    }

    /// With a length that is right, so that the damage is met by who reads the body, and of any kind.
    private static byte[] resized(byte[] frame, Random random) {
        byte[] resized = Arrays.copyOf(frame, Frame.HEADER_BYTES + random.nextInt(2 * frame.length));
        ByteBuffer.wrap(resized).putInt(0, resized.length - Frame.LENGTH_BYTES);
        if (random.nextBoolean()) {
            resized[Frame.LENGTH_BYTES] =
                    (byte) (random.nextInt(FrameKind.values().length + 1) | (random.nextInt(4) == 0 ? 0x80 : 0));
        }
        return resized;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static List<byte[]> fromChild() {
        var stack = new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", 7)};
        var threw = new Wire.Threw(
                new Wire.Hints(false, -1, List.of()), "a.B", "no", "a.B: no\n\tat a.B.c(B.java:7)", stack, new byte[] {
                    1, 2, 3
                });
        var frames = new ArrayList<byte[]>();
        frames.add(bytes(FrameKind.HELLO, 0, Wire.encodeText("25.0.1+8-LTS")));
        frames.add(bytes(FrameKind.READY, 0, new byte[0]));
        frames.add(bytes(FrameKind.STARTED, 1, new byte[0]));
        frames.add(bytes(FrameKind.ITEMS, 1, new byte[] {0, 0, 0, 3, 0, 3, 0, 0, 0, 7, 6, 0, 0, 0, 1, 'a'}));
        frames.add(bytes(FrameKind.MESSAGE, 1, WireTest.twoMessages()));
        frames.add(bytes(
                FrameKind.PROGRESS,
                1,
                ProgressFrame.of(1, 1, new Progress(3, 7, "three")).body()));
        frames.add(bytes(FrameKind.RETURNED, 1, new byte[] {1, 2, 3}));
        frames.addAll(parts(FrameKind.RETURNED, 2, new byte[100]));
        frames.add(joined(
                bytes(FrameKind.ARRAY, 3, new byte[Parcel.LEAST_APART]), bytes(FrameKind.RETURNED, 3, new byte[] {1})));
        frames.add(bytes(FrameKind.THREW, 3, threw.encode()));
        frames.add(bytes(FrameKind.STACK, 4, Wire.encodeText("a.B.c(B.java:7)")));
        frames.add(bytes(FrameKind.SETUP_FAILED, 0, threw.encode()));
        frames.add(bytes(
                FrameKind.RESOURCE_REQUEST,
                0,
                new ResourceFrames.Request(1, 2, true, "a/B.class").toFrame().body()));
        frames.add(bytes(FrameKind.GIVEN_BACK, 5, new byte[0]));
        frames.add(bytes(FrameKind.EXITING, 0, new byte[0]));
        return frames;
    }

    private static List<byte[]> fromParent() {
        byte[] head = new Wire.AssignHead(0, "queue#1", "task", Map.of("key", "value"), 3, WireTest.TERMS).encode();
        var frames = new ArrayList<byte[]>();
        frames.add(bytes(FrameKind.WELCOME, 0, new Wire.Welcome(CEILING, 2, true, true).encode()));
        frames.add(bytes(FrameKind.SETUP, 0, new byte[] {1, 2, 3}));
        frames.add(bytes(FrameKind.ASSIGN, 1, head));
        frames.add(bytes(FrameKind.BROADCAST, 1, head));
        frames.add(bytes(FrameKind.SHARE, 1, Wire.encodeInt(0)));
        frames.add(bytes(FrameKind.UNSHARE, 1, new byte[0]));
        frames.addAll(parts(FrameKind.ASSIGN, 2, Arrays.copyOf(head, 120)));
        frames.add(bytes(FrameKind.ITEMS, 1, new byte[] {0, 0, 0, 1, 3, 0, 0, 0, 7}));
        SerializableCallable<Integer> lambda = () -> 1;
        frames.add(bytes(
                FrameKind.SITE,
                1,
                requireNonNull(LambdaSite.partsOf(lambda)).site().definition()));
        frames.add(bytes(FrameKind.INPUT_ENDED, 1, EncodedFailure.of(new IOException("no"), CEILING)));
        frames.add(bytes(FrameKind.CANCEL, 1, new byte[0]));
        frames.add(bytes(FrameKind.STACK_REQUEST, 1, new byte[0]));
        frames.add(bytes(FrameKind.INTERRUPT, 1, new byte[0]));
        frames.add(bytes(FrameKind.TAKE_BACK, 1, new byte[0]));
        var found = List.of(new byte[] {1, 2, 3}, new byte[] {4});
        frames.add(bytes(
                FrameKind.RESOURCE,
                0,
                new ResourceFrames.Answer(1, "here", found).toFrame().body()));
        frames.add(bytes(FrameKind.STOP, 0, new byte[0]));
        return frames;
    }

    private static List<byte[]> parts(FrameKind kind, long task, byte[] body) {
        int half = body.length / 2;
        byte[] first = ByteBuffer.allocate(Integer.BYTES + half)
                .putInt(body.length)
                .put(body, 0, half)
                .array();
        byte[] opening = bytes(kind, task, first);
        opening[Frame.LENGTH_BYTES] |= (byte) Frame.PART_FLAG;
        return List.of(opening, bytes(kind, task, Arrays.copyOfRange(body, half, body.length)));
    }

    private static byte[] bytes(FrameKind kind, long task, byte[] body) {
        return ByteBuffer.allocate(Frame.HEADER_BYTES + body.length)
                .putInt(Frame.HEADER_BYTES - Frame.LENGTH_BYTES + body.length)
                .put(kind.code())
                .putInt(1)
                .putLong(task)
                .put(body)
                .array();
    }
}
