package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.Carrier;
import io.millhand.spi.MappedCall;
import io.millhand.spi.Payload;
import io.millhand.spi.SharedValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Encodes tasks at submit. Equal ones encode alike, so that what one has encoded runs on the workers of the
/// other.
///
/// @param ceiling of one task, in bytes
/// @param limits of the answers
record ProcessCarrier(long ceiling, TransferLimits limits) implements Carrier {

    @Override
    public Payload encode(Callable<?> call) {
        var mapped = call instanceof MappedCall each ? encodeMapped(each) : null;
        var encoded = mapped == null ? encode(call, true, () -> Obstacle.task(call)) : mapped;
        HeavyCaptures.noticed(call, encoded.bytes());
        return encoded;
    }

    /// The input alone: the function was encoded with the first one. Null where that fails: to encode both together
    /// tells why.
    private @Nullable EncodedCall encodeMapped(MappedCall mapped) {
        try {
            var function = mapped.function();
            var references = new References();
            references.saw(function);
            references.choice.saw(((EncodedCall) function.encoded(this)).loader());
            var input = Codec.encodeTask(mapped.input(), ceiling, true, references);
            return references.encoded(CompactWriter.mapped(function.id(), input));
        } catch (IOException | RuntimeException | Error _) {
            return null;
        }
    }

    @Override
    public Payload encodeShared(Object value) {
        return encode(
                value, false, () -> "a shared object of " + value.getClass().getName());
    }

    private EncodedCall encode(Object root, boolean isParcel, Supplier<String> name) {
        var references = new References();
        try {
            return references.encoded(Codec.encodeTask(root, ceiling, isParcel, references));
        } catch (IOException | RuntimeException | Error e) {
            throw new NotTransferableException(Obstacle.of(root, name.get(), e), causeOf(e));
        }
    }

    /// What the bytes lead to.
    private final class References implements Codec.Witness {
        private final LoaderChoice choice = new LoaderChoice();
        private Map<Long, SharedLoad> shared = Map.of();
        private List<LambdaSite> sites = List.of();

        EncodedCall encoded(Parcel call) {
            return new EncodedCall(call, choice.loader(), limits, List.copyOf(shared.values()), sites);
        }

        @Override
        public void saw(Class<?> type) {
            choice.saw(type);
        }

        @Override
        public void saw(LambdaSite site) {
            choice.saw(site.capturing());
            if (sites.isEmpty()) {
                sites = List.of(site);
            } else if (!sites.contains(site)) {
                sites = Stream.concat(sites.stream(), Stream.of(site)).toList();
            }
        }

        @Override
        public void saw(SharedValue value) {
            shared = shared.isEmpty() ? new LinkedHashMap<>() : shared;
            shared.computeIfAbsent(
                    value.id(), _ -> new SharedLoad(value, (EncodedCall) value.encoded(ProcessCarrier.this)));
        }
    }

    private static Throwable causeOf(Throwable e) {
        return e instanceof UncheckedIOException && e.getCause() instanceof Codec.TooLargeException tooLarge
                ? tooLarge
                : e;
    }

    /// Cheap: it is asked for each task.
    @Override
    public int hashCode() {
        return Long.hashCode(ceiling);
    }
}
