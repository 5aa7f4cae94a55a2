package io.millhand.process;

import io.millhand.spi.SharedValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The shared values and the code that this child was sent, by their numbers in the parent.
final class SharedStore implements TaskParts {

    /*
     * In a turn of whoever reads the channel values come and go, in the order of the tasks that need them. They are read
     * by the tasks: as bytes they wait for the first one that asks.
     */

    private final ServedLoaders loaders;
    private final Map<Long, Value> values = new ConcurrentHashMap<>();
    private final Map<Integer, CodeSite> sites = new ConcurrentHashMap<>();

    SharedStore(ServedLoaders loaders) {
        this.loaders = loaders;
    }

    void received(Frame frame) throws ProtocolException {
        byte[] body = frame.body();
        if (body.length < Integer.BYTES) {
            throw new ProtocolException("SHARE must name a class loader, had " + body.length + " bytes");
        }
        values.put(frame.task(), new Value(body));
    }

    /// As bytes until somebody asks for the value itself. Those that each task reads for itself stay so.
    private final class Value {
        private volatile byte @Nullable [] body;
        private final SharedValue shared;

        Value(byte[] body) {
            this.body = body;
            shared = SharedValue.readFrom(() -> {
                var value = read(body);
                this.body = null;
                return value;
            });
        }
    }

    @Override
    public @Nullable InputStream encoded(long id) {
        var found = values.get(id);
        byte[] body = found == null ? null : found.body;
        return body == null ? null : contents(body);
    }

    /// The code of lambdas to come.
    void learned(Frame frame) throws IOException {
        sites.put((int) frame.task(), CodeSite.read(frame.body()));
    }

    @Override
    public @Nullable CodeSite site(int number) {
        return sites.get(number);
    }

    private Object read(byte[] body) throws IOException, ClassNotFoundException {
        var loader = loaders.loader(ByteBuffer.wrap(body).getInt());
        return Objects.requireNonNull(Codec.decodeTask(contents(body), loader, this), "the encoded value");
    }

    /// What comes after the number of the loader.
    private static InputStream contents(byte[] body) {
        return new ByteArrayInputStream(body, Integer.BYTES, body.length - Integer.BYTES);
    }

    void released(Frame frame) {
        var gone = values.remove(frame.task());
        if (gone != null) {
            gone.shared.release();
        }
    }

    @Override
    public SharedValue find(long id) {
        var found = values.get(id);
        return found == null ? SharedValue.gone() : found.shared;
    }
}
