package io.millhand.process;

import io.millhand.BackOff;
import io.millhand.RemoteTaskException;
import io.millhand.spi.AttemptEnding.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a child answered: the body of a RETURNED or a THREW frame.
///
/// @param returned which of them
/// @param parcel what it says
/// @param loader of the user's code
/// @param limits of what is read
record EncodedAnswer(boolean returned, Parcel parcel, ClassLoader loader, TransferLimits limits) implements Answer {

    /*
     * Whatever reading throws, an Error included, becomes the failure of this task: it was thrown by code of the class
     * that was read, in the thread of the reader, and says nothing about this JVM.
     */

    private static final int MOST_CAUSES = 1_000;

    EncodedAnswer(boolean returned, byte[] body, ClassLoader loader, TransferLimits limits) {
        this(returned, Parcel.of(body), loader, limits);
    }

    private byte[] body() {
        return parcel.bytes();
    }

    @Override
    public @Nullable Object decode() throws Throwable {
        if (returned) {
            return decodeValue();
        }
        throw decodeFailure();
    }

    @Override
    public Optional<BackOff> backOff() {
        return returned ? Optional.empty() : Wire.Threw.backOff(body());
    }

    @Override
    public List<String> thrown() {
        return returned ? List.of() : Wire.Hints.lineageIn(body());
    }

    private @Nullable Object decodeValue() {
        try {
            return Codec.decodeAnswer(parcel, loader, limits);
        } catch (IOException e) {
            throw unreadable(String.valueOf(e.getMessage()), e.getCause());
        } catch (Throwable e) {
            throw unreadable(Codec.describe(e), e);
        }
    }

    private RemoteTaskException unreadable(String reason, @Nullable Throwable cause) {
        return new RemoteTaskException(
                Codec.rootClass(body()),
                "the task returned, but its result cannot be read in this JVM: " + reason,
                "",
                cause == null ? null : harmless(cause));
    }

    Throwable decodeFailure() {
        Wire.Threw threw;
        try {
            threw = Wire.Threw.decode(body());
        } catch (IOException e) {
            return new RemoteTaskException(
                    "unknown",
                    "the task failed, but what it threw cannot be read in this JVM: " + e.getMessage(),
                    "",
                    e);
        }
        Throwable unreadable = null;
        if (threw.encoded().length > 0) {
            try {
                if (Codec.decodeAnswer(Parcel.of(threw.encoded()), loader, limits) instanceof Throwable cause) {
                    return told(cause);
                }
            } catch (Throwable e) {
                unreadable = harmless(e); // its class is not here, or not the same, or does not even tell itself
            }
        }
        var failure = new RemoteTaskException(
                threw.className(), threw.className() + ": " + threw.message(), threw.stack(), unreadable);
        failure.setStackTrace(threw.frames());
        return failure;
    }

    /// Who gets an exception will print it, at the latest in a log: one that cannot be printed (a message that
    /// throws, causes without end) is refused here, where it harms nobody.
    private static Throwable told(Throwable cause) throws IOException {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var open = new ArrayDeque<>(List.of(cause));
        for (var next = open.poll(); next != null; next = open.poll()) {
            if (seen.add(next)) {
                if (seen.size() > MOST_CAUSES) {
                    throw new IOException("it has more than " + MOST_CAUSES + " causes");
                }
                Optional.ofNullable(next.getCause()).ifPresent(open::add);
                open.addAll(Arrays.asList(next.getSuppressed()));
            }
        }
        cause.printStackTrace(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return cause;
    }

    /// The same for what reading threw, which may be of the user's making as well.
    static Throwable harmless(Throwable cause) {
        try {
            return told(cause);
        } catch (Throwable _) {
            return new IOException(Codec.describe(cause));
        }
    }
}
