package io.millhand.process;

import io.millhand.spi.Assignment;
import io.millhand.spi.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// An attempt whose child has died.
record LostTask() implements Assignment {

    static final byte[] CALL = {1, 2, 3};

    @Override
    public long taskId() {
        return 12;
    }

    @Override
    public int attempt() {
        return 2;
    }

    @Override
    public String taskName() {
        return "a name\nwith = all: sorts # of ! things \u00e9\u2603 \ud800 cut in half";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("tenant", "acme", "a key", " a value ");
    }

    @Override
    public Callable<?> call() {
        return () -> "never called";
    }

    @Override
    public Optional<Payload> payload() {
        return Optional.of(new EncodedCall(
                Parcel.of(CALL), ClassLoader.getSystemClassLoader(), TransferLimits.defaults(), List.of(), List.of()));
    }
}
