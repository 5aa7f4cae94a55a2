package io.millhand.process;

import io.millhand.NotTransferableException;
import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// Encodes tasks at submit.
final class ProcessCarrier implements Carrier {

    private final long ceiling;

    /// @param ceiling of one task, in bytes
    ProcessCarrier(long ceiling) {
        this.ceiling = ceiling;
    }

    @Override
    public Payload encode(Callable<?> call) {
        var choice = new LoaderChoice();
        try {
            byte[] bytes = Codec.encode(call, ceiling, choice::saw);
            return new EncodedCall(bytes, choice.loader());
        } catch (NotSerializableException e) {
            throw new NotTransferableException(notSerializable(call, e), e);
        } catch (UncheckedIOException e) {
            throw new NotTransferableException(
                    task(call) + " cannot travel: " + causeOf(e).getMessage(), causeOf(e));
        } catch (StackOverflowError e) {
            throw new NotTransferableException(
                    task(call) + " cannot travel: what it captured is nested too deeply to be serialized", e);
        } catch (IOException | RuntimeException | Error e) {
            throw new NotTransferableException(
                    task(call) + " cannot travel: serializing it threw " + Codec.describe(e), e);
        }
    }

    private static Throwable causeOf(UncheckedIOException e) {
        return e.getCause() instanceof Codec.TooLargeException tooLarge ? tooLarge : e;
    }

    private static String notSerializable(Callable<?> call, NotSerializableException e) {
        String culprit = FieldPath.toCulprit(call).orElse("an object of class " + e.getMessage());
        return task(call) + " cannot travel to another JVM: not serializable is " + culprit
                + "; make it Serializable or transient, make it inside the task, or write the task as a lambda in a call"
                + " that takes a serializable type (submit on a TaskQueue variable, Task.of, Task.call)";
    }

    private static String task(Callable<?> call) {
        String name = call.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return "a task of " + (lambda < 0 ? name : name.substring(0, lambda));
    }
}
