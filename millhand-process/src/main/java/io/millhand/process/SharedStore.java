package io.millhand.process;

import io.millhand.spi.SharedValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
    private final Map<Long, SharedValue> values = new ConcurrentHashMap<>();
    private final Map<Integer, CodeSite> sites = new ConcurrentHashMap<>();

    SharedStore(ServedLoaders loaders) {
        this.loaders = loaders;
    }

    void received(Frame frame) throws ProtocolException {
        byte[] body = frame.body();
        if (body.length < Integer.BYTES) {
            throw new ProtocolException("SHARE must name a class loader, had " + body.length + " bytes");
        }
        values.put(frame.task(), SharedValue.readFrom(() -> read(body)));
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
        var encoded = new ByteArrayInputStream(body, Integer.BYTES, body.length - Integer.BYTES);
        return Objects.requireNonNull(Codec.decodeTask(encoded, loader, this), "the encoded value");
    }

    void released(Frame frame) {
        var gone = values.remove(frame.task());
        if (gone != null) {
            gone.release();
        }
    }

    @Override
    public SharedValue find(long id) {
        var found = values.get(id);
        return found == null ? SharedValue.gone() : found;
    }
}
