package io.millhand.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Objects to bytes and back, by JDK serialization.
final class Codec {

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

    /// Encodes. Runs user code.
    ///
    /// @param ceiling in bytes
    static byte[] encode(@Nullable Object object, long ceiling) throws IOException {
        return encode(object, ceiling, _ -> {});
    }

    /// Encodes. Runs user code.
    ///
    /// @param ceiling in bytes
    /// @param seen is told the classes that it takes to decode
    static byte[] encode(@Nullable Object object, long ceiling, Consumer<Class<?>> seen) throws IOException {
        var bytes = new BoundedBytes(ceiling);
        try (var out = new ClassTellingOutput(bytes, seen)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static final class ClassTellingOutput extends ObjectOutputStream {
        private final Consumer<Class<?>> seen;

        ClassTellingOutput(OutputStream out, Consumer<Class<?>> seen) throws IOException {
            super(out);
            this.seen = seen;
        }

        @Override
        protected void annotateClass(Class<?> type) {
            seen.accept(type);
        }

        @Override
        protected void annotateProxyClass(Class<?> type) {
            seen.accept(type);
        }
    }

    /// Decodes a task, which is code of this program's own user. Runs user code.
    static @Nullable Object decodeTask(InputStream bytes, ClassLoader loader)
            throws IOException, ClassNotFoundException {
        try (var in = new LoaderInput(bytes, loader)) {
            return in.readObject();
        }
    }

    /// Decodes what a worker answered: no lambdas, since they are code that a parent did not send. Runs user code.
    static @Nullable Object decodeAnswer(byte[] bytes, ClassLoader loader) throws IOException, ClassNotFoundException {
        try (var in = new LoaderInput(new ByteArrayInputStream(bytes), loader)) {
            in.setObjectInputFilter(noLambdas(in.getObjectInputFilter()));
            return in.readObject();
        }
    }

    /// The user's global filter still holds.
    private static ObjectInputFilter noLambdas(@Nullable ObjectInputFilter global) {
        ObjectInputFilter own = info -> info.serialClass() == SerializedLambda.class
                ? ObjectInputFilter.Status.REJECTED
                : ObjectInputFilter.Status.UNDECIDED;
        return global == null ? own : ObjectInputFilter.merge(own, global);
    }

    private static final class BoundedBytes extends ByteArrayOutputStream {
        private final long ceiling;

        BoundedBytes(long ceiling) {
            super(512);
            this.ceiling = ceiling;
        }

        @Override
        public synchronized void write(int b) {
            ensureRoom(1);
            super.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            ensureRoom(length);
            super.write(bytes, offset, length);
        }

        private void ensureRoom(int more) {
            if (count + (long) more > ceiling) {
                throw new UncheckedIOException(new TooLargeException(ceiling));
            }
        }
    }

    /// Resolves classes in the loader of the user's code rather than in that of this class.
    private static final class LoaderInput extends ObjectInputStream {
        private final ClassLoader loader;

        LoaderInput(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
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
            // The only way to a proxy class that is not deprecated; the instance is not used.
            return Proxy.newProxyInstance(loader, types, (_, method, _) -> {
                        throw new UnsupportedOperationException(method.getName());
                    })
                    .getClass();
        }
    }
}
