package io.millhand.process;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Arrays of numbers, in bulk.
enum CompactNumbers {
    SHORTS(CompactTag.SHORTS, short[].class, Short.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asShortBuffer().put((short[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new short[length];
            from.asShortBuffer().get(array);
            return array;
        }
    },
    CHARS(CompactTag.CHARS, char[].class, Character.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asCharBuffer().put((char[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new char[length];
            from.asCharBuffer().get(array);
            return array;
        }
    },
    INTS(CompactTag.INTS, int[].class, Integer.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asIntBuffer().put((int[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new int[length];
            from.asIntBuffer().get(array);
            return array;
        }
    },
    LONGS(CompactTag.LONGS, long[].class, Long.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asLongBuffer().put((long[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new long[length];
            from.asLongBuffer().get(array);
            return array;
        }
    },
    FLOATS(CompactTag.FLOATS, float[].class, Float.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asFloatBuffer().put((float[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new float[length];
            from.asFloatBuffer().get(array);
            return array;
        }
    },
    DOUBLES(CompactTag.DOUBLES, double[].class, Double.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            to.asDoubleBuffer().put((double[]) array);
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new double[length];
            from.asDoubleBuffer().get(array);
            return array;
        }
    },
    BOOLEANS(CompactTag.BOOLEANS, boolean[].class, Byte.BYTES) {
        @Override
        void write(Object array, ByteBuffer to) {
            for (boolean each : (boolean[]) array) {
                to.put((byte) (each ? 1 : 0));
            }
        }

        @Override
        Object read(int length, ByteBuffer from) {
            var array = new boolean[length];
            for (int i = 0; i < length; i++) {
                array[i] = from.get() != 0;
            }
            return array;
        }
    };

    private static final CompactNumbers[] ALL = values();

    private final byte tag;
    private final Class<?> type;
    private final int width;

    CompactNumbers(byte tag, Class<?> type, int width) {
        this.tag = tag;
        this.type = type;
        this.width = width;
    }

    /// The one of a class of arrays, or null.
    static @Nullable CompactNumbers of(Class<?> type) {
        for (var each : ALL) {
            if (each.type == type) {
                return each;
            }
        }
        return null;
    }

    /// The one of a tag between those of the first and the last one.
    static CompactNumbers of(byte tag) {
        return ALL[tag - CompactTag.SHORTS];
    }

    byte tag() {
        return tag;
    }

    /// Of an element, in bytes.
    int width() {
        return width;
    }

    /// @param to has room for all of it
    abstract void write(Object array, ByteBuffer to);

    /// @param from holds as much
    abstract Object read(int length, ByteBuffer from);
}
