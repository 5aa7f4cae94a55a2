package io.millhand.process;

import io.millhand.SerializableFunction;
import io.millhand.Shared;
import io.millhand.spi.MappedCall;
import io.millhand.spi.SharedValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Objects to bytes and back: in the compact form where all of an object has a place in it, see [CompactWriter], and
/// else by JDK serialization.
final class Codec {

    /*
     * The first byte tells which form it is. The compact form holds nothing but values of java.base and runs no code of
     * the user's. Where this JVM has a filter of the user's own, what came in the compact form is put into the other one
     * and read once more: the filter is asked just what it would have been asked.
     */

    /// Those above begin a stream of JDK serialization.
    private static final int COMPACT_TAGS = 0x80;

    private static final String REFUSED = "refused by the filter of this JVM";

    private Codec() {}

    /// A throwable in one line, even where it is the user's and does not tell itself.
    static String describe(Throwable cause) {
        try {
            return String.valueOf(cause);
        } catch (Throwable _) {
            return cause.getClass().getName();
        }
    }

    /// Thrown where the bytes would be more than the receiver takes.
    static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1;

        TooLargeException(long ceiling) {
            super("encoded, it has more than the " + ceiling + " bytes that the receiver takes");
        }
    }

    /// Encodes a value. Runs user code.
    ///
    /// @param ceiling in bytes
    static byte[] encode(@Nullable Object object, long ceiling) throws IOException {
        byte[] compact = CompactWriter.encode(object, ceiling);
        return compact == null ? serialize(object, ceiling, Witness.NONE) : compact;
    }

    /// As [#encode], with large arrays apart; they are the value's own, which must not change before they are written.
    static Parcel encodeParcel(@Nullable Object object, long ceiling) throws IOException {
        var compact = CompactWriter.encodeParcel(object, ceiling);
        return compact == null ? Parcel.of(serialize(object, ceiling, Witness.NONE)) : compact;
    }

    /// Encodes a task, or a value that tasks share. Runs user code.
    ///
    /// @param ceiling in bytes
    /// @param isParcel whether large arrays are apart
    /// @param witness is told what it takes to decode
    static Parcel encodeTask(@Nullable Object object, long ceiling, boolean isParcel, Witness witness)
            throws IOException {
        var compact = CompactWriter.encodeTask(object, ceiling, isParcel, witness);
        if (compact != null) {
            return compact;
        }
        var lambda = object == null ? null : LambdaSite.partsOf(object);
        return Parcel.of(
                lambda == null ? serialize(object, ceiling, witness) : serializeCaptures(lambda, ceiling, witness));
    }

    private static byte[] serializeCaptures(LambdaSite.Parts lambda, long ceiling, Witness witness) throws IOException {
        var bytes = new BoundedBytes(ceiling);
        bytes.write(CompactTag.LAMBDA_OF_OBJECTS);
        bytes.write(Wire.encodeInt(lambda.site().number()), 0, Integer.BYTES);
        write(lambda.captured(), bytes, witness);
        witness.saw(lambda.site());
        return bytes.toByteArray();
    }

    /// Is told what the bytes lead to.
    interface Witness {

        Witness NONE = new Witness() {
            @Override
            public void saw(Class<?> type) {
                // it is known
            }

            @Override
            public void saw(SharedValue value) throws NotSerializableException {
                throw new NotSerializableException(Shared.class.getName());
            }
        };

        /// The code of a lambda, which must be there when they are decoded.
        ///
        /// @param site where it stands
        default void saw(LambdaSite site) {
            saw(site.capturing());
        }

        /// A class that it takes to decode them.
        void saw(Class<?> type);

        /// A shared value that must be there when they are decoded.
        ///
        /// @throws NotSerializableException where none can be
        void saw(SharedValue value) throws NotSerializableException;
    }

    /// By JDK serialization. Runs user code.
    ///
    /// @param ceiling in bytes
    /// @param witness is told what it takes to decode
    static byte[] serialize(@Nullable Object object, long ceiling, Witness witness) throws IOException {
        var bytes = new BoundedBytes(ceiling);
        write(object, bytes, witness);
        return bytes.toByteArray();
    }

    private static void write(@Nullable Object object, BoundedBytes to, Witness witness) throws IOException {
        try (var out = new TellingOutput(to, witness)) {
            out.writeObject(object);
        }
    }

    private static final class TellingOutput extends ObjectOutputStream implements SharedValue.Writer {
        private final Witness witness;

        TellingOutput(OutputStream out, Witness witness) throws IOException {
            super(out);
            this.witness = witness;
        }

        @Override
        public void saw(SharedValue value) throws NotSerializableException {
            witness.saw(value);
        }

        @Override
        protected void annotateClass(Class<?> type) {
            witness.saw(type);
        }

        @Override
        protected void annotateProxyClass(Class<?> type) {
            witness.saw(type);
        }
    }

    /// Decodes a task, which is code of this program's own user. Runs user code; what that throws is told
    /// together with the place.
    ///
    /// @param bytes in memory
    /// @param parts what came before it
    static @Nullable Object decodeTask(InputStream bytes, ClassLoader loader, TaskParts parts)
            throws IOException, ClassNotFoundException {
        return decodeTask(bytes, new TaskScope(loader, parts));
    }

    /// As [#decodeTask(InputStream, ClassLoader, TaskParts)].
    static @Nullable Object decodeTask(InputStream bytes, TaskScope scope) throws IOException, ClassNotFoundException {
        bytes.mark(0);
        int first = bytes.read();
        bytes.reset();
        return first >= 0 && first < COMPACT_TAGS
                ? decodeCompactTask(
                        bytes instanceof HeldBytes held ? held : new HeldBytes(bytes.readAllBytes(), 0), scope)
                : deserializeTask(bytes, scope, false);
    }

    private static @Nullable Object decodeCompactTask(HeldBytes held, TaskScope scope)
            throws IOException, ClassNotFoundException {
        byte[] bytes = held.array();
        byte first = bytes[held.position()];
        var reader = new CompactReader(bytes, held.position(), scope);
        if (first == CompactTag.SITES) {
            var sites = reader.sites();
            return decodeTask(rest(bytes, reader), scope.with(sites));
        }
        if (first == CompactTag.ARRAYS) {
            var arrays = reader.arrays();
            return decodeTask(rest(bytes, reader), scope.with(arrays));
        }
        if (first == CompactTag.LAMBDA_OF_OBJECTS) {
            var site = scope.site(reader.number());
            var captured = (Object[]) deserializeTask(rest(bytes, reader), scope, true);
            return site.lambdaOf(Objects.requireNonNull(captured, "what was captured"), scope);
        }
        if (first == CompactTag.MAPPED) {
            var function = decodeTask(scope.function(reader.function()), scope.with(List.of()));
            return MappedCall.of(
                    (SerializableFunction<?, ?>) Objects.requireNonNull(function, "the function"),
                    decodeTask(rest(bytes, reader), scope));
        }
        Object task;
        try {
            task = reader.read();
        } catch (Throwable e) {
            if (!tellsItsPlace(e)) {
                e.addSuppressed(unreadable(reader.place()));
            }
            throw e;
        }
        return task != null && JvmFilter.isPresent() ? reread(task, scope) : task;
    }

    private static HeldBytes rest(byte[] bytes, CompactReader reader) {
        return new HeldBytes(bytes, reader.position());
    }

    /// What was thrown by [#reread].
    private static boolean tellsItsPlace(Throwable e) {
        return e.getSuppressed().length > 0 || String.valueOf(e.getMessage()).startsWith(REFUSED);
    }

    /// Into the form of JDK serialization and back, so that all that this JVM asks is asked.
    static Object reread(Object object, TaskScope scope) throws IOException, ClassNotFoundException {
        var shared = new HashMap<Long, SharedValue>(); // by their numbers here, which are not those of the parent
        byte[] serialized = serialize(object, Integer.MAX_VALUE, new Witness() {
            @Override
            public void saw(Class<?> type) {
                // it is here
            }

            @Override
            public void saw(SharedValue value) {
                shared.put(value.id(), value);
            }
        });
        var here = new TaskScope(scope.loader(), id -> Objects.requireNonNull(shared.get(id), "it was just written"));
        return Objects.requireNonNull(
                deserializeTask(new ByteArrayInputStream(serialized), here, false), "what was read");
    }

    private static IOException unreadable(String place) {
        return new IOException("the task could not be read in the child, at " + place);
    }

    /// @param areCaptures whether it is the array of what a lambda has captured
    private static @Nullable Object deserializeTask(InputStream bytes, TaskScope scope, boolean areCaptures)
            throws IOException, ClassNotFoundException {
        bytes.mark(0);
        int length = bytes.available();
        try (var in = new TaskInput(bytes, scope)) {
            try {
                return in.readObject();
            } catch (Throwable e) {
                int read = length - in.left(e);
                bytes.reset();
                byte[] stream = bytes.readNBytes(length);
                String place = (areCaptures
                                ? FieldPath.ofReadingCaptures(stream, read)
                                : FieldPath.ofReading(stream, read))
                        .orElse("an unknown place");
                if (isRefused(e)) {
                    throw initCause(new InvalidClassException(in.refusal() + ", at " + place), e);
                }
                e.addSuppressed(unreadable(place));
                throw e;
            }
        }
    }

    /// Decodes what a worker answered: within limits, and no lambdas, since they are code that a parent did not
    /// send. Runs user code.
    ///
    /// @throws IOException whatever went wrong, with the place in the message and what was thrown as cause
    static @Nullable Object decodeAnswer(Parcel answer, ClassLoader loader, TransferLimits limits) throws IOException {
        if (!CompactReader.isCompact(answer.bytes())) {
            return deserialize(answer.bytes(), loader, limits);
        }
        var value = decodeCompact(answer, limits);
        return JvmFilter.isPresent()
                ? deserialize(serialize(value, Integer.MAX_VALUE, Witness.NONE), loader, limits)
                : value;
    }

    /// The class of what was encoded, for messages.
    static String rootClass(byte[] encoded) {
        return CompactReader.isCompact(encoded)
                ? CompactTag.typeName(encoded[0])
                : FieldPath.rootClass(encoded).orElse("unknown");
    }

    private static @Nullable Object decodeCompact(Parcel answer, TransferLimits limits) throws IOException {
        var reader = new CompactReader(answer, limits.compactIn(answer.size()));
        try {
            return reader.read();
        } catch (Throwable e) {
            String reason = switch (e) {
                case InvalidClassException refused -> String.valueOf(refused.getMessage());
                case OutOfMemoryError _ -> "reading it needs more memory than there is, " + describe(e);
                default -> describe(e);
            };
            throw new IOException(reason + ", at " + reader.place(), e);
        }
    }

    private static @Nullable Object deserialize(byte[] bytes, ClassLoader loader, TransferLimits limits)
            throws IOException {
        var filter = new AnswerFilter(limits, bytes.length);
        var source = new ByteArrayInputStream(bytes);
        try (var in = new LoaderInput(source, loader)) {
            try {
                in.mergeFilter(filter);
                var answer = in.readObject();
                filter.ensureNothingWasRefused();
                return answer;
            } catch (Throwable e) {
                String reason = filter.refusal().orElseGet(() -> in.reasonOf(e));
                String place = FieldPath.ofReading(bytes, bytes.length - in.left(e))
                        .map(path -> ", at " + path)
                        .orElse("");
                throw new IOException(reason + place, e);
            }
        }
    }

    /// Decodes an item of a stream, as an answer is decoded. Runs user code.
    ///
    /// @throws IOException whatever went wrong, with what was thrown as cause
    static @Nullable Object decodeItem(byte[] bytes, EncodedItems.Stream stream) throws IOException {
        var filter = new AnswerFilter(stream.limits(), bytes.length);
        try (var in = new LoaderInput(new ByteArrayInputStream(bytes), stream.loader(), stream.descriptions())) {
            try {
                in.mergeFilter(filter);
                var item = in.readObject();
                filter.ensureNothingWasRefused();
                return item;
            } catch (Throwable e) {
                throw new IOException(filter.refusal().orElseGet(() -> in.reasonOf(e)), e);
            }
        }
    }

    private static <T extends Throwable> T initCause(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    private static boolean isRefused(Throwable e) {
        return e instanceof InvalidClassException
                && String.valueOf(e.getMessage()).startsWith("filter status");
    }

    /// A task may refer to shared values, an answer may not.
    private static final class TaskInput extends LoaderInput implements SharedValue.Reader {
        private final TaskParts parts;

        TaskInput(InputStream source, TaskScope scope) throws IOException {
            super(source, scope.loader());
            this.parts = scope.parts();
        }

        @Override
        public SharedValue find(long id) {
            return parts.find(id);
        }
    }

    /// A class of the user's, or one that only Millhand's loader sees; not initialized.
    static Class<?> classNamed(String name, ClassLoader loader) throws ClassNotFoundException {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException first) {
            try {
                return Class.forName(name, false, Codec.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                first.addSuppressed(e);
                throw first; // it tells where the class was looked for
            }
        }
    }

    /// Resolves classes in the loader of the user's code rather than in that of this class.
    private static class LoaderInput extends ObjectInputStream {
        private final InputStream source;
        private final ClassLoader loader;

        /// Of an item: those that the items before it have told.
        private final ItemObjects.@Nullable Descriptions descriptions;

        private String last = "";

        /// What was left to read when a class was not found: the stream goes on then, and fails at its end.
        private int leftAtUnknown = -1;

        LoaderInput(InputStream source, ClassLoader loader) throws IOException {
            this(source, loader, null);
        }

        LoaderInput(InputStream source, ClassLoader loader, ItemObjects.@Nullable Descriptions descriptions)
                throws IOException {
            super(source);
            this.source = source;
            this.loader = loader;
            this.descriptions = descriptions;
        }

        /// Adds a filter to the one that the user's settings have given to this stream.
        void mergeFilter(AnswerFilter own) throws IOException {
            var global = getObjectInputFilter();
            var merged = global == null ? own : ObjectInputFilter.merge(own, global);
            setObjectInputFilter(merged);
            var holds = getObjectInputFilter();
            if (holds == null || (!holds.equals(merged) && !own.isAskedBy(holds))) {
                throw new InvalidClassException(
                        "the filter factory of this JVM (jdk.serialFilterFactory) must merge the filter of a stream"
                                + " into what it answers, but dropped it; it answered "
                                + (holds == null
                                        ? "null"
                                        : "a " + holds.getClass().getName()));
            }
        }

        String reasonOf(Throwable failure) {
            return switch (failure) {
                case StackOverflowError _ -> "it is nested too deeply for the stack of the thread that reads it";
                case OutOfMemoryError e -> "reading it needs more memory than there is, " + describe(e);
                default -> isRefused(failure) ? refusal() : describe(failure);
            };
        }

        /// What a filter that is not ours has refused.
        String refusal() {
            return REFUSED + " (jdk.serialFilter or a filter factory); the class read last is " + last;
        }

        int left(Throwable failure) throws IOException {
            return leftAtUnknown >= 0 && failure instanceof ClassNotFoundException ? leftAtUnknown : source.available();
        }

        @Override
        protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
            var description = descriptions == null
                    ? super.readClassDescriptor()
                    : descriptions.get(readInt(), super::readClassDescriptor);
            last = description.getName();
            return description;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                return resolveElsewhere(description, e);
            }
        }

        /// Primitives, and classes that only Millhand's loader sees.
        private Class<?> resolveElsewhere(ObjectStreamClass description, ClassNotFoundException first)
                throws IOException, ClassNotFoundException {
            try {
                return super.resolveClass(description);
            } catch (ClassNotFoundException e) {
                leftAtUnknown = leftAtUnknown < 0 ? source.available() : leftAtUnknown;
                first.addSuppressed(e);
                throw first; // it tells where the class was looked for
            }
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
            var types = new Class<?>[interfaces.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = Class.forName(interfaces[i], false, loader);
            }
            try {
                return proxyClass(types);
            } catch (IllegalArgumentException | LinkageError e) {
                throw new ClassNotFoundException("no proxy class can be made for " + List.of(interfaces), e);
            }
        }

        /// Makes no instance: that would initialize the interfaces, which is the user's code, before a filter is
        /// asked.
        @SuppressWarnings("deprecation") // it is the only way to the class alone
        private Class<?> proxyClass(Class<?>[] interfaces) {
            var owner = loader;
            for (var type : interfaces) {
                // Only the loader of an interface that is not public can define what implements it.
                owner = Modifier.isPublic(type.getModifiers()) ? owner : type.getClassLoader();
            }
            return Proxy.getProxyClass(owner, interfaces);
        }
    }
}
