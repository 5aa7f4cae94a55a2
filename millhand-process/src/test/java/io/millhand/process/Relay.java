package io.millhand.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a parent and its children, forwards what they say, and does harm at one step of it.
///
/// A step is a frame, or what a connection is introduced with, in either direction: they are counted over all
/// connections of a run, beginning with 1. Comes between without help from the code under test: the command before
/// `java` puts the path of a socket of the relay in place of the parent's socket.
final class Relay implements Closeable {

    /// What happens at the step.
    enum Fault {
        /// The connection ends before the frame is forwarded.
        CUT,
        /// The connection ends in the middle of the frame.
        TEAR,
        /// The child is killed. What it wrote before arrives, as it does without a relay.
        KILL_CHILD,
        /// The parent, which holds this relay, is gone at once; the frame is lost.
        KILL_PARENT,
        /// Text comes before the frame, as if somebody printed over the channel.
        GARBAGE,
        /// A whole frame of a kind that does not exist comes before the frame.
        UNKNOWN_KIND,
        /// What a connection is introduced with does not begin as it must.
        WRONG_MAGIC,
        /// It is that of another version of the protocol.
        OTHER_VERSION,
        /// It has another token.
        WRONG_TOKEN,
        /// Neither it nor anything else comes, and the connection stays.
        SILENCE;

        /// Whether it can only be done to what a connection is introduced with. Then that alone is a step: frames of
        /// one
        /// connection may come before another one is introduced.
        boolean isOfIntroductions() {
            return compareTo(WRONG_MAGIC) >= 0;
        }
    }

    private static final byte UNKNOWN_CODE = 99;
    private static final String TEXT = "printed by native code\n";

    /// The exit code of a parent that was killed.
    static final int KILLED = 137;

    /// How many children one run may start.
    private static final int MOST_CHILDREN = 8;

    /// Claims the next free socket, notes who claims it and what it stands for, and becomes the child.
    private static final String SCRIPT = """
            real=
            count=$#
            index=0
            for word; do
              shift
              index=$((index + 1))
              if [ $index -eq $count ]; then
                real=$word
              else
                set -- "$@" "$word"
              fi
            done
            n=0
            until mkdir "$0/claim$n" 2>/dev/null; do
              n=$((n + 1))
              [ $n -lt %d ] || exit 9
            done
            echo $$ > "$0/claim$n/pid"
            ln -s "$real" "$0/claim$n/real"
            ln -s "$(dirname "$real")/journal" "$0/$n/journal"
            exec "$@" "$0/$n/s"
            """.formatted(MOST_CHILDREN);

    private final Path folder;
    private final Fault fault;
    private final int at;
    private final int last;
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    private final CountDownLatch end = new CountDownLatch(1);

    private volatile boolean closed;

    /// Guarded by this.
    private int steps;

    private final AtomicInteger lostStarts = new AtomicInteger();

    /// A connection of a child, and the one that stands for it at its parent.
    private static final class Link {
        final SocketChannel child;
        final SocketChannel parent;
        final Path claim;

        /// STARTED frames that were forwarded.
        final AtomicInteger starts = new AtomicInteger();

        /// All that the child wrote was forwarded.
        volatile boolean childEnded;

        Link(SocketChannel child, SocketChannel parent, Path claim) {
            this.child = child;
            this.parent = parent;
            this.claim = claim;
        }
    }

    /// @param folder an empty one with a short path
    /// @param at the step of the fault
    Relay(Path folder, Fault fault, int at) throws IOException {
        this(folder, fault, at, at);
    }

    /// @param at the first step of the fault
    /// @param last the last one
    Relay(Path folder, Fault fault, int at, int last) throws IOException {
        this.folder = folder;
        this.fault = fault;
        this.at = at;
        this.last = last;
        for (int i = 0; i < MOST_CHILDREN; i++) {
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            servers.add(server);
            var home = Files.createDirectory(folder.resolve(Integer.toString(i)));
            server.bind(UnixDomainSocketAddress.of(home.resolve("s")));
            var claim = folder.resolve("claim" + i);
            Thread.ofPlatform().daemon().name("relay").start(() -> serve(server, claim));
        }
    }

    /// What goes before the `java` command.
    List<String> launcher() {
        return List.of("/bin/sh", "-c", SCRIPT, folder.toString());
    }

    /// How many steps there were by now.
    synchronized int steps() {
        return steps;
    }

    /// Whether the step of the fault has come.
    boolean fired() {
        return steps() >= at;
    }

    /// How many STARTED frames were written by a child and not forwarded by now.
    int lostStarts() {
        return lostStarts.get();
    }

    /// The children that were started.
    static List<Long> pids(Path folder) throws IOException {
        var pids = new ArrayList<Long>();
        for (int i = 0; i < MOST_CHILDREN; i++) {
            var file = folder.resolve("claim" + i).resolve("pid");
            String pid = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!pid.isEmpty()) {
                pids.add(Long.parseLong(pid));
            }
        }
        return pids;
    }

    private void serve(ServerSocketChannel server, Path claim) {
        try {
            var real = claim.resolve("real");
            while (true) {
                var child = opened(server.accept());
                var parent = connect(real, child);
                deleteAsTheChildDoes(Files.readSymbolicLink(real));
                var link = new Link(child, parent, claim);
                Thread.ofPlatform().daemon().name("relay").start(() -> pump(link));
                Thread.ofPlatform().daemon().name("relay").start(() -> pumpBack(link));
            }
        } catch (IOException _) {
            // closed, or the parent does not listen any more: then the child must not meet an open door either
            close(server);
        }
    }

    private SocketChannel connect(Path real, SocketChannel child) throws IOException {
        try {
            return opened(SocketChannel.open(UnixDomainSocketAddress.of(Files.readSymbolicLink(real))));
        } catch (IOException e) {
            close(child);
            throw e;
        }
    }

    private SocketChannel opened(SocketChannel socket) {
        open.add(socket);
        if (closed) {
            close(socket);
        }
        return socket;
    }

    /// The child knows the relay's socket only.
    private static void deleteAsTheChildDoes(Path socket) {
        new PrivateFolder(Objects.requireNonNull(socket.getParent())).delete();
    }

    /// What a child has written before its connection ends arrives, as it does without a relay, unless the fault is on
    /// that way: then it is counted.
    private void pump(Link link) {
        try {
            forwardStep(link.parent, read(link.child, ByteBuffer.allocate(Frame.PREAMBLE_BYTES)), link.claim);
            while (true) {
                forwardOrCount(link, readFrame(link.child));
            }
        } catch (IOException _) {
            // the end of one side is the end of the other
        } finally {
            link.childEnded = true;
            close(link.parent);
            stopWriting(link.child);
            countTheRest(link.child);
            close(link.child);
        }
    }

    private void pumpBack(Link link) {
        try {
            while (true) {
                forward(link.child, readOfParent(link), link.claim);
            }
        } catch (IOException _) {
            // the end of one side is the end of the other
        } finally {
            stopWriting(link.child); // it ends, and with it the way from it
        }
    }

    /// A parent does not wait for ever for the rest of what a dead child wrote: a relay that is slower than that has
    /// forwarded STARTED frames that may be unread.
    private ByteBuffer readOfParent(Link link) throws IOException {
        try {
            return readFrame(link.parent);
        } catch (ClosedChannelException e) {
            throw e; // closed by the relay
        } catch (IOException e) {
            if (!link.childEnded) {
                lostStarts.addAndGet(link.starts.get());
            }
            throw e;
        }
    }

    private void forwardOrCount(Link link, ByteBuffer frame) throws IOException {
        boolean isStart = isStart(frame);
        try {
            forward(link.parent, frame, link.claim);
            if (isStart) {
                link.starts.incrementAndGet();
            }
        } catch (IOException e) {
            if (isStart) {
                lostStarts.incrementAndGet();
            }
            throw e;
        }
    }

    private void countTheRest(SocketChannel child) {
        try {
            while (true) {
                if (isStart(readFrame(child))) {
                    lostStarts.incrementAndGet();
                }
            }
        } catch (IOException _) {
            // that was all
        }
    }

    private static boolean isStart(ByteBuffer frame) {
        return frame.get(Frame.LENGTH_BYTES) == FrameKind.STARTED.code();
    }

    private static void stopWriting(SocketChannel to) {
        try {
            to.shutdownOutput();
        } catch (IOException _) {
            // closed already
        }
    }

    private static ByteBuffer readFrame(SocketChannel from) throws IOException {
        var length = read(from, ByteBuffer.allocate(Frame.LENGTH_BYTES));
        var frame = ByteBuffer.allocate(Frame.LENGTH_BYTES + length.getInt(0));
        return read(from, frame.put(length));
    }

    private static ByteBuffer read(SocketChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                throw new IOException("end of stream");
            }
        }
        return into.flip();
    }

    private void forward(SocketChannel to, ByteBuffer frame, Path claim) throws IOException {
        if (fault.isOfIntroductions()) {
            write(to, frame);
        } else {
            forwardStep(to, frame, claim);
        }
    }

    private void forwardStep(SocketChannel to, ByteBuffer frame, Path claim) throws IOException {
        int step = countStep();
        if (step >= at && step <= last) {
            doHarm(to, frame, claim);
        }
        write(to, frame);
    }

    private synchronized int countStep() {
        return ++steps;
    }

    private void doHarm(SocketChannel to, ByteBuffer frame, Path claim) throws IOException {
        switch (fault) {
            case CUT -> throw new IOException("cut");
            case TEAR -> {
                write(to, frame.limit(frame.limit() / 2));
                throw new IOException("torn");
            }
            case KILL_CHILD -> {
                long pid = Long.parseLong(Files.readString(claim.resolve("pid")).strip());
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            case KILL_PARENT -> {
                deleteAsTheChildDoes(Files.readSymbolicLink(claim.resolve("real")));
                Runtime.getRuntime().halt(KILLED);
            }
            case GARBAGE -> write(to, ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.US_ASCII)));
            case UNKNOWN_KIND -> write(to, unknown());
            case WRONG_MAGIC -> frame.putInt(0, ~Frame.MAGIC);
            case OTHER_VERSION -> frame.putShort(Integer.BYTES, (short) (Frame.VERSION + 1));
            case WRONG_TOKEN -> {
                int end = frame.limit() - 1;
                frame.put(end, (byte) ~frame.get(end));
            }
            case SILENCE -> keepSilent();
        }
    }

    /// Nothing that comes later is forwarded either.
    private void keepSilent() throws IOException {
        try {
            end.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("silent");
    }

    private static ByteBuffer unknown() {
        return ByteBuffer.allocate(Frame.HEADER_BYTES)
                .putInt(Frame.HEADER_BYTES - Frame.LENGTH_BYTES)
                .put(UNKNOWN_CODE)
                .putInt(1)
                .putLong(1)
                .flip();
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void close(Closeable resource) {
        open.remove(resource);
        try {
            resource.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        end.countDown();
        servers.forEach(this::close);
        open.forEach(this::close);
    }
}
