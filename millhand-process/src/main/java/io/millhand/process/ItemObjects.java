package io.millhand.process;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Items by JDK serialization: each for itself, but the description of a class, which is most of a small object
/// and of the time to read it, is told once in a stream. It gets a number, counted from 0.
///
/// ```
/// in place of a class description
///   +---------+-----------------------------+
///   | number  | the description, where the  |
///   | int     | number is told first        |
///   +---------+-----------------------------+
/// ```
final class ItemObjects {

    private ItemObjects() {}

    /// The descriptions that a stream has told, as they are read. Reader of the stream only.
    static final class Descriptions {
        private final List<ObjectStreamClass> told = new ArrayList<>();

        /// Reads one.
        interface Source {
            ObjectStreamClass read() throws IOException, ClassNotFoundException;
        }

        /// @param number comes before it
        /// @param first reads the description itself
        ObjectStreamClass get(int number, Source first) throws IOException, ClassNotFoundException {
            if (number == told.size()) {
                told.add(first.read());
            }
            if (number < 0 || number >= told.size()) {
                throw new IOException(
                        "the number of a class must be 0 to " + told.size() + ", the next one, was " + number);
            }
            return told.get(number);
        }
    }

    /// Encodes the items of one stream. One thread at a time.
    static final class Writer {
        private final long ceiling;
        private final Map<Class<?>, Integer> told = new HashMap<>();

        /// @param ceiling how many bytes one item may have
        Writer(long ceiling) {
            this.ceiling = ceiling;
        }

        /// Runs user code.
        byte[] encode(Object item) throws IOException {
            var bytes = new BoundedBytes(ceiling);
            int before = told.size();
            boolean done = false;
            try {
                try (var out = new Output(bytes)) {
                    out.writeObject(item);
                }
                byte[] encoded = bytes.toByteArray();
                done = true;
                return encoded;
            } finally {
                if (!done) {
                    told.values().removeIf(number -> number >= before); // the reader never hears of them
                }
            }
        }

        private final class Output extends ObjectOutputStream {

            Output(OutputStream out) throws IOException {
                super(out);
            }

            @Override
            protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
                int next = told.size();
                int number = told.computeIfAbsent(description.forClass(), _ -> next);
                writeInt(number);
                if (number == next) {
                    super.writeClassDescriptor(description);
                }
            }
        }
    }
}
