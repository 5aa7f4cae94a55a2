package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.WorkerStartException;
import io.millhand.spi.Backend;
import io.millhand.spi.WorkerHost;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Starts a child and connects to it: blocks until it is there, or says why it is not.
final class ChildLauncher {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// One for all pools: a kill of the kernel's explains one death.
    private static final OomKills OOM_KILLS = new OomKills(Path.of("/"));

    private static final long DYING_MILLIS = 500;

    private final ProcessWorkers config;
    private final long heapBytes;
    private final Wire.Welcome welcome;
    private final Child.Loops loops;
    private final Backend backend;
    private final CrashFolders crashes;
    private final Optional<AotCache> aotCache;

    /// @param welcome what each child is told first
    ChildLauncher(ProcessWorkers config, long heapBytes, Wire.Welcome welcome, Child.Loops loops, WorkerHost host) {
        this.config = config;
        this.heapBytes = heapBytes;
        this.welcome = welcome;
        this.loops = loops;
        this.backend = host.backend();
        this.crashes = new CrashFolders(config, heapBytes, backend);
        this.aotCache = config.jvm().aotCache().map(_ -> new AotCache(config, heapBytes, host, loops.guard()));
        aotCache.ifPresent(AotCache::look);
    }

    /// Where crashes are kept.
    CrashFolders crashes() {
        return crashes;
    }

    void close() {
        aotCache.ifPresent(AotCache::close);
    }

    /// @param worker the name of the worker
    /// @param owner of the child
    /// @param born is told of the process as soon as there is one, whether it connects or not
    Child launch(String worker, Child.Owner owner, Consumer<Child> born) throws WorkerStartException {
        PrivateFolder folder = null;
        try {
            folder = PrivateFolder.make();
            StaleFolders.sweepOnce(folder);
            return launch(worker, owner, born, folder);
        } catch (IOException e) {
            throw new WorkerStartException("worker " + worker + " cannot be started: " + e, e);
        } finally {
            if (folder != null) {
                folder.delete();
            }
        }
    }

    private Child launch(String worker, Child.Owner owner, Consumer<Child> born, PrivateFolder folder)
            throws IOException {
        var journal = Journal.make(folder.journal());
        boolean handedOver = false;
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.socket()));
            byte[] token = new byte[Frame.TOKEN_BYTES];
            RANDOM.nextBytes(token);
            var started = config.jvm(crashes.jvm());
            var cached = aotCache.map(AotCache::options).orElse(List.of());
            var process = CommandLine.of(started, heapBytes, "millhand:" + worker, folder, cached)
                    .start();
            var child = childOf(process, worker, owner);
            var options = CommandLine.options(started, heapBytes);
            options.addAll(cached);
            child.examinedBy(new Autopsy(OOM_KILLS, options));
            born.accept(child);
            var connection = new Connection(server);
            var _ = child.exit().thenRun(connection::close);
            var limit = backend.schedule(config.life().startLimit().toNanos(), connection::close);
            try {
                loops.guard().watch(process.pid());
                sendToken(process, token);
                connect(child, connection, token, journal);
                handedOver = true;
                aotCache.ifPresent(AotCache::childIsThere);
                return child;
            } catch (AsynchronousCloseException e) {
                throw failure(
                        child,
                        "did not connect within " + config.life().startLimit().toMillis() + " ms",
                        e);
            } catch (IOException e) {
                if (!(e instanceof ProtocolException)) { // who speaks another language need not be dying
                    awaitDeath(child);
                }
                throw failure(child, "did not connect", e);
            } catch (RuntimeException | Error e) {
                child.startFailed(); // no thread can be had, say: nobody will tell it what to do
                throw e;
            } finally {
                limit.cancel();
            }
        } finally {
            if (!handedOver) {
                journal.close();
            }
        }
    }

    private Child childOf(Process process, String worker, Child.Owner owner) {
        try {
            return new Child(worker, process, loops, backend, owner);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly(); // no thread can be started for it, say
            throw e;
        }
    }

    /// The server and the socket that introduces itself right now, to be closed from another thread.
    private static final class Connection {

        private final ServerSocketChannel server;

        @GuardedBy("this")
        private @Nullable SocketChannel introducing;

        @GuardedBy("this")
        private boolean closed;

        Connection(ServerSocketChannel server) {
            this.server = server;
        }

        SocketChannel accept() throws IOException {
            var socket = server.accept();
            synchronized (this) {
                if (closed) {
                    socket.close();
                    throw new AsynchronousCloseException();
                }
                introducing = socket;
            }
            return socket;
        }

        synchronized void introduced() {
            introducing = null;
        }

        synchronized void close() {
            closed = true;
            ChildLauncher.close(server);
            ChildLauncher.close(introducing);
        }
    }

    /// Who has closed its side is dying, mostly, and a pipe breaks before the process is known to be gone.
    private static void awaitDeath(Child child) {
        try {
            var _ = child.process().waitFor(DYING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private WorkerStartException failure(Child child, String what, IOException cause) {
        aotCache.ifPresent(AotCache::distrust);
        boolean died = !child.process().isAlive();
        IOException reason = cause;
        if (died) {
            child.awaitOutput();
            reason = child.endedBySignal() ? new KilledWhileStarting(cause) : cause;
        }
        var failure = child.startFailure(died ? "died before it connected" : what, reason);
        child.startFailed();
        return failure;
    }

    /// Through its standard input, which nobody else can read, and which is at its end afterwards.
    private static void sendToken(Process process, byte[] token) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(token);
        }
    }

    private void connect(Child child, Connection connection, byte[] token, Journal journal) throws IOException {
        boolean connected = false;
        while (!connected) {
            var socket = connection.accept();
            try {
                connected = knows(token, socket);
                connection.introduced();
                if (connected) {
                    child.connected(socket, welcome, journal);
                }
            } catch (IOException | RuntimeException | Error e) {
                close(socket);
                throw e;
            }
            if (!connected) {
                close(socket);
            }
        }
    }

    /// Reads what the other side introduces itself with; somebody may not know the token.
    private static boolean knows(byte[] token, SocketChannel socket) throws IOException {
        var preamble = ByteBuffer.allocate(Frame.PREAMBLE_BYTES);
        while (preamble.hasRemaining()) {
            if (socket.read(preamble) < 0) {
                return false;
            }
        }
        preamble.flip();
        int magic = preamble.getInt();
        short version = preamble.getShort();
        byte[] offered = new byte[Frame.TOKEN_BYTES];
        preamble.get(offered);
        if (magic != Frame.MAGIC || version != Frame.VERSION) {
            throw new ProtocolException("child must speak version " + Frame.VERSION + " of the protocol, speaks "
                    + version + " (magic number " + Integer.toHexString(magic)
                    + "); is another Millhand on its class path?");
        }
        return MessageDigest.isEqual(token, offered);
    }

    private static void close(@Nullable Closeable resource) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (IOException _) {
            // closed is closed
        }
    }
}
