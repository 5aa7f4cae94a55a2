package io.millhand.process;

import java.io.ObjectStreamConstants;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Walks over the bytes of JDK serialization without loading a class, and knows at each byte which field of which
/// object it belongs to. It sees what reflection may not open, and streams that end in the middle.
final class StreamWalk {

    /*
     *   object    = TC_OBJECT class data...           data = fields, or what writeObject wrote, from the topmost
     *             | TC_ARRAY class length values             serializable superclass down
     *             | TC_STRING utf | TC_LONGSTRING utf | TC_ENUM class name | TC_CLASS class
     *             | TC_REFERENCE handle | TC_NULL
     *   class     = TC_CLASSDESC name uid flags fields written TC_ENDBLOCKDATA superclass
     *             | TC_PROXYCLASSDESC names written TC_ENDBLOCKDATA superclass | TC_REFERENCE handle | TC_NULL
     *   written   = (TC_BLOCKDATA length bytes | object)*
     *
     * Handles are numbered in the order in which objects and classes appear. Used by one thread, once.
     */

    /// The stream ended, on purpose or not; the path says where. Carries nothing, so that it costs nothing.
    private static final class End extends RuntimeException {
        private static final long serialVersionUID = 1;

        private End() {
            super("", null, false, false);
        }
    }

    private record Field(char type, String name) {}

    private static final class Description {
        private final String name;
        private int flags;
        private List<Field> fields = List.of();
        private @Nullable Description parent;

        Description(String name) {
            this.name = name;
        }

        boolean is(int flag) {
            return (flags & flag) != 0;
        }

        boolean isWritten() {
            return is(ObjectStreamConstants.SC_WRITE_METHOD) || (parent != null && parent.isWritten());
        }
    }

    private final byte[] bytes;
    private final int end;
    private final WrittenForm form;
    private final @Nullable Weights weights;
    private final List<StreamStep> path = new ArrayList<>();
    private final Map<Integer, Description> descriptions = new HashMap<>();
    private @Nullable StreamStep root;
    private int handles;
    private int lambdas;
    private int position;

    /// In parts that nobody would recognize, and that are counted with what they are part of.
    private int hidden;

    /// @param end where to stop: so many bytes
    /// @param form what is known from the writing side
    /// @param weights to be told what weighs how much, or null
    StreamWalk(byte[] bytes, int end, WrittenForm form, @Nullable Weights weights) {
        this.bytes = bytes;
        this.end = end;
        this.form = form;
        this.weights = weights;
    }

    /// Walks to the end.
    ///
    /// @return the way to where the stream ended, the root first; empty where it is whole
    List<StreamStep> walk() {
        try {
            skip(4); // magic and version
            object(StreamPlace.ROOT);
        } catch (End | StackOverflowError _) {
            // the path stands
        }
        return path;
    }

    /// The class of what the stream holds, as far as the walk has come; empty where it is none.
    String rootType() {
        return root == null ? "" : root.binaryName();
    }

    /// Reads one object and answers where it began.
    private int object(StreamPlace place) {
        int start = position;
        int tag = next();
        switch (tag) {
            case ObjectStreamConstants.TC_NULL -> {
                return start;
            }
            case ObjectStreamConstants.TC_REFERENCE -> {
                skip(4);
                return start;
            }
            case ObjectStreamConstants.TC_CLASSDESC, ObjectStreamConstants.TC_PROXYCLASSDESC -> {
                position = start;
                var _ = description();
                return start;
            }
            default -> {}
        }
        enter(place);
        boolean written = tag == ObjectStreamConstants.TC_STRING || tag == ObjectStreamConstants.TC_LONGSTRING;
        switch (tag) {
            case ObjectStreamConstants.TC_OBJECT -> written = plain();
            case ObjectStreamConstants.TC_ARRAY -> array();
            case ObjectStreamConstants.TC_STRING -> {
                top().type("java.lang.String");
                handles++;
                skip(readShort());
            }
            case ObjectStreamConstants.TC_LONGSTRING -> {
                top().type("java.lang.String");
                handles++;
                skip(readLong());
            }
            case ObjectStreamConstants.TC_ENUM -> {
                var _ = description();
                handles++;
                hidden++;
                object(StreamPlace.HIDDEN);
                hidden--;
            }
            case ObjectStreamConstants.TC_CLASS -> {
                top().type("java.lang.Class");
                var _ = description();
                handles++;
            }
            default -> throw new End(); // TC_EXCEPTION: this is the object that could not be written
        }
        if (!written && form.isRead() && position == end && !top().isPlainValue()) {
            throw new End(); // what was read last is what failed
        }
        leave(position - start);
        return start;
    }

    private void enter(StreamPlace place) {
        if (weights != null && hidden == 0) {
            weights.enter(place);
        }
        var step = new StreamStep(place);
        if (path.isEmpty()) {
            root = step;
        }
        path.add(step);
    }

    private void leave(int weight) {
        var step = path.removeLast();
        if (weights != null && hidden == 0) {
            weights.leave(step, weight);
        }
    }

    private StreamStep top() {
        return path.getLast();
    }

    /// Answers whether its own code wrote it.
    private boolean plain() {
        var description = description();
        handles++;
        if (description == null) {
            throw new End();
        }
        if (description.name.equals(SerializedLambda.class.getName())) {
            lambda(description);
        } else {
            data(description);
        }
        return description.isWritten();
    }

    private void data(Description description) {
        if (description.parent != null) {
            data(description.parent);
        }
        if (description.is(ObjectStreamConstants.SC_SERIALIZABLE)) {
            boolean written = description.is(ObjectStreamConstants.SC_WRITE_METHOD);
            if (!written || form.hasFieldsAt(position)) {
                fields(description);
            }
            if (written) {
                written(description);
            }
        } else if (description.is(ObjectStreamConstants.SC_EXTERNALIZABLE)) {
            written(description);
        }
    }

    private void fields(Description description) {
        for (var field : description.fields) {
            value(field.type(), StreamPlace.field(field.name()));
        }
    }

    private void value(char type, StreamPlace place) {
        switch (type) {
            case 'L', '[' -> object(place);
            default -> skip(sizeOf(type));
        }
    }

    private static int sizeOf(char primitive) {
        return switch (primitive) {
            case 'Z', 'B' -> 1;
            case 'C', 'S' -> 2;
            case 'I', 'F' -> 4;
            case 'J', 'D' -> 8;
            default -> throw new End(); // not such a stream
        };
    }

    /// What `writeObject` or `writeExternal` wrote besides fields.
    private void written(Description description) {
        int index = 0;
        int key = 0;
        while (true) {
            switch (peek()) {
                case ObjectStreamConstants.TC_ENDBLOCKDATA -> {
                    position++;
                    return;
                }
                case ObjectStreamConstants.TC_BLOCKDATA -> {
                    position++;
                    skip(next());
                }
                case ObjectStreamConstants.TC_BLOCKDATALONG -> {
                    position++;
                    skip(readInt());
                }
                default -> {
                    int start = object(placeOf(description.name, index, key));
                    key = index % 2 == 0 ? start : key;
                    index++;
                }
            }
            if (form.hasMoreFieldsAt(position)) {
                fields(description); // defaultWriteObject, called late
            }
        }
    }

    private static StreamPlace placeOf(String writer, int index, int key) {
        if (writer.endsWith("Map") || writer.equals("java.util.Hashtable")) {
            return index % 2 == 0 ? StreamPlace.KEY : StreamPlace.valueOf(key);
        }
        return StreamPlace.element(index);
    }

    private void array() {
        var description = description();
        handles++;
        if (description == null || description.name.length() < 2) {
            throw new End();
        }
        int length = readInt();
        char type = description.name.charAt(1);
        if (type != 'L' && type != '[') {
            skip((long) length * sizeOf(type));
            return;
        }
        for (int i = 0; i < length; i++) {
            object(StreamPlace.element(i));
        }
    }

    private void lambda(Description description) {
        var lambda = form.lambda(lambdas++);
        top().retype(lambda == null ? "a lambda" : "a lambda of " + Lambdas.site(lambda));
        for (var field : description.fields) {
            if (field.name().equals("capturedArgs") && peek() == ObjectStreamConstants.TC_ARRAY) {
                position++;
                var _ = description();
                handles++;
                int length = readInt();
                for (int i = 0; i < length; i++) {
                    object(new StreamPlace(Lambdas.captured(lambda, i), "", null));
                }
            } else {
                hidden++;
                value(field.type(), StreamPlace.HIDDEN);
                hidden--;
            }
        }
    }

    private @Nullable Description description() {
        return switch (next()) {
            case ObjectStreamConstants.TC_NULL -> null;
            case ObjectStreamConstants.TC_REFERENCE -> {
                var known = descriptions.get(readInt() - ObjectStreamConstants.baseWireHandle);
                if (known != null) {
                    name(known);
                }
                yield known;
            }
            case ObjectStreamConstants.TC_CLASSDESC -> {
                var description = new Description(readUtf());
                name(description);
                skip(8); // serialVersionUID
                descriptions.put(handles++, description);
                description.flags = next();
                description.fields = fieldsOf();
                yield finished(description);
            }
            case ObjectStreamConstants.TC_PROXYCLASSDESC -> {
                var description = new Description("a proxy");
                descriptions.put(handles++, description);
                description.flags = ObjectStreamConstants.SC_SERIALIZABLE;
                int count = readInt();
                for (int i = 0; i < count; i++) {
                    skip(readShort());
                }
                name(description);
                yield finished(description);
            }
            default -> throw new End();
        };
    }

    private Description finished(Description description) {
        hidden++;
        written(new Description("")); // what annotateClass wrote
        hidden--;
        description.parent = description();
        return description;
    }

    /// The first class that is read for an object is its own.
    private void name(Description description) {
        if (hidden == 0 && !path.isEmpty()) {
            top().type(description.name);
        }
    }

    private List<Field> fieldsOf() {
        var fields = new Field[readShort()];
        for (int i = 0; i < fields.length; i++) {
            char type = (char) next();
            fields[i] = new Field(type, readUtf());
            if (type == 'L' || type == '[') {
                hidden++;
                object(StreamPlace.HIDDEN); // the name of its class
                hidden--;
            }
        }
        return Arrays.asList(fields);
    }

    private int peek() {
        if (position >= end) {
            throw new End();
        }
        return bytes[position];
    }

    private int next() {
        int value = peek() & 0xff;
        position++;
        return value;
    }

    private int readShort() {
        return next() << 8 | next();
    }

    private int readInt() {
        return readShort() << 16 | readShort();
    }

    private long readLong() {
        return (long) readInt() << 32 | (readInt() & 0xffff_ffffL);
    }

    private String readUtf() {
        int start = position;
        skip(readShort());
        return StreamPlace.textAt(bytes, start);
    }

    private void skip(long count) {
        if (count < 0 || count > end - position) {
            position = end;
            throw new End();
        }
        position += (int) count;
    }
}
