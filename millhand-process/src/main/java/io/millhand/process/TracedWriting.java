package io.millhand.process;

import io.millhand.spi.SharedValue;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Serializes once more, for what [StreamWalk] wants to know. `replaceObject` is the one door through which the
/// inside of a lambda is seen in every module.
final class TracedWriting {

    /// What was written.
    ///
    /// @param bytes up to the end or to the failure
    /// @param form of them
    /// @param failure why they end early; null where they do not
    @SuppressWarnings("ArrayRecordComponent") // handed on, not copied, and never compared
    record Trace(byte[] bytes, WrittenForm form, @Nullable Throwable failure) {

        StreamWalk walk(@Nullable Weights weights) {
            return new StreamWalk(bytes, bytes.length, form, weights);
        }
    }

    private TracedWriting() {}

    /// Writes. Runs user code.
    ///
    /// @param ceiling in bytes
    static Trace of(Object root, long ceiling) {
        var bytes = new BoundedBytes(ceiling);
        var lambdas = new ArrayList<SerializedLambda>();
        var fields = new BitSet();
        Throwable failure = null;
        try (var out = new Output(bytes, lambdas, fields)) {
            try {
                out.writeObject(root);
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
        } catch (IOException | UncheckedIOException e) {
            failure = e; // it does not even end
        }
        byte[] written = isTooLarge(failure) ? new byte[0] : bytes.toByteArray();
        return new Trace(written, new WrittenForm(lambdas, fields), failure);
    }

    private static boolean isTooLarge(@Nullable Throwable failure) {
        return failure instanceof UncheckedIOException && failure.getCause() instanceof Codec.TooLargeException;
    }

    private static final class Output extends ObjectOutputStream implements SharedValue.Writer {
        private final BoundedBytes bytes;
        private final List<SerializedLambda> lambdas;
        private final BitSet fields;

        Output(BoundedBytes bytes, List<SerializedLambda> lambdas, BitSet fields) throws IOException {
            super(bytes);
            this.bytes = bytes;
            this.lambdas = lambdas;
            this.fields = fields;
            enableReplaceObject(true);
        }

        @Override
        public void saw(SharedValue value) {
            // it does not travel with the object
        }

        @Override
        protected Object replaceObject(Object object) {
            if (object instanceof SerializedLambda lambda) {
                lambdas.add(lambda);
            }
            return object;
        }

        @Override
        public void defaultWriteObject() throws IOException {
            noteFields();
            super.defaultWriteObject();
        }

        @Override
        public void writeFields() throws IOException {
            noteFields();
            super.writeFields();
        }

        /// Writing fields ends a block, so that to flush before changes nothing.
        private void noteFields() throws IOException {
            flush();
            fields.set(Math.toIntExact(bytes.size()));
        }
    }
}
