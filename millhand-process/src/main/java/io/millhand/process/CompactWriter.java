package io.millhand.process;

import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values and collections of `java.base` as few bytes. A graph of objects is compact as a whole or not at all; what is
/// not goes by JDK serialization, which never begins with one of these tags.
///
/// ```
/// value
///   0      1
///   +------+---------+
///   | tag  | content |    numbers are big-endian
///   +------+---------+
///   0 null, 1 true, 2 false          -
///   3 Integer from -128 to 127       1 byte
///   4 Integer, 5 Long, 6 Double, 7 Float, 8 Short, 9 Byte, 10 Character      4, 8, 8, 4, 2, 1, 2 bytes
///   11 String of Latin letters       length (int), a byte each
///   12 String                        length (int), two bytes each
///   13 an object that came before    its number (int)
///   14 BigInteger                    length (int), bytes
///   15 BigDecimal                    scale (int), length (int), bytes
///   16 UUID                          16 bytes
///   17 Instant, 18 Duration          seconds (long), nanoseconds (int)
///   19 LocalDate, 20 LocalTime       days, nanoseconds (long)
///   21 LocalDateTime                 days, nanoseconds (longs)
///   24 byte[], 25 short[], 26 char[], 27 int[], 28 long[], 29 float[], 30 double[], 31 boolean[]
///                                    length (int), elements
///   32 Object[], 33 String[], 34 ArrayList, 35 ArrayDeque, 36 HashSet, 37 LinkedHashSet,
///   39 List.of, 40 Stream.toList, 41 Set.of
///                                    length (int), values
///   38 HashMap, 42 Map.of            length (int), keys and values in turn
///   48 lambda, in tasks only         number of its site (int), count (byte), captured values
/// ```
///
/// Objects are numbered from 0 as they begin, but for those of tags 0 to 3, 9 and 13, and a root that holds no others.
/// An input of a map is tag 50, the number of the shared function (long), and the input, encoded as a task.
/// A task that is kept may begin with the sites that it needs: tag 49, count (int), and each with its number (int),
/// length (int) and definition, see [CodeSite]; and then with its large arrays: tag 51, count (int), and each with its
/// length (int). Tag 52 and a length (int) are the next of those, see [Parcel].
/// A task that is a lambda and captured something that is not compact is tag 53, the number of its site (int), and an
/// array of what it captured by JDK serialization.
final class CompactWriter {

    /*
     * Each class has its own tag and only exact classes are taken, so that what is read has the class that was written.
     * References are those of the graph: JDK serialization keeps them, too. Nothing here runs code of the user's.
     *
     * Left to JDK serialization is what cannot be seen from outside: a LinkedHashMap may be in access order, a TreeMap
     * has a comparator. The load factor of a HashMap or a HashSet cannot be seen either, and is the usual one afterwards.
     */

    private static final int FIRST_BYTES = 64;
    private static final int COUNT_BYTES = Byte.BYTES + Integer.BYTES;
    private static final int LARGE_BYTES = 1 << 20;

    private final long ceiling;
    private final boolean isTask;

    /// Whether large arrays are apart.
    private final boolean isParcel;

    private List<byte[]> apart = List.of();
    private long apartBytes;
    private final Handles handles = new Handles();
    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    /// The numbers of those that are being written and cannot be referred to before they are read to their end.
    private int[] unfinished = {};

    private int unfinishedCount;

    /// The code of the lambdas, each perhaps several times.
    private @Nullable List<LambdaSite> sites;

    private CompactWriter(long ceiling, boolean isTask, boolean isParcel) {
        this.ceiling = ceiling;
        this.isTask = isTask;
        this.isParcel = isParcel;
    }

    /// Encodes, or answers null where the compact form has no place for some object.
    ///
    /// @param ceiling in bytes
    static byte @Nullable [] encode(@Nullable Object root, long ceiling) {
        var writer = new CompactWriter(ceiling, false, false);
        return writer.value(root, 1) ? writer.toByteArray() : null;
    }

    /// As [#encode], with large arrays apart; they are the value's own, which must not change before they are written.
    static @Nullable Parcel encodeParcel(@Nullable Object root, long ceiling) {
        var writer = new CompactWriter(ceiling, false, true);
        return writer.value(root, 1) ? writer.toParcel() : null;
    }

    /// Encodes a task, as [#encode] does a value; it may hold lambdas.
    ///
    /// @param ceiling in bytes
    /// @param isParcel whether large arrays are apart
    /// @param witness is told of their code
    static @Nullable Parcel encodeTask(@Nullable Object root, long ceiling, boolean isParcel, Codec.Witness witness) {
        var writer = new CompactWriter(ceiling, true, isParcel);
        if (!writer.value(root, 1)) {
            return null;
        }
        if (writer.sites != null) {
            writer.sites.forEach(witness::saw);
        }
        return writer.toParcel();
    }

    /// One of many inputs of a function that was shared.
    ///
    /// @param input encoded as a task
    static Parcel mapped(long function, Parcel input) {
        var bytes = ByteBuffer.allocate(Byte.BYTES + Long.BYTES + input.bytes().length);
        bytes.put(CompactTag.MAPPED).putLong(function).put(input.bytes());
        return new Parcel(bytes.array(), input.arrays());
    }

    /// The same task with the code and the arrays that it needs.
    static byte[] whole(Parcel task, List<LambdaSite> sites) {
        long size = task.size();
        if (!task.arrays().isEmpty()) {
            size += COUNT_BYTES + (long) Integer.BYTES * task.arrays().size();
        }
        if (!sites.isEmpty()) {
            size += COUNT_BYTES;
            for (var site : sites) {
                size += 2 * Integer.BYTES + site.definition().length;
            }
        }
        var whole = ByteBuffer.allocate(Math.toIntExact(size));
        if (!sites.isEmpty()) {
            whole.put(CompactTag.SITES).putInt(sites.size());
            for (var site : sites) {
                whole.putInt(site.number()).putInt(site.definition().length).put(site.definition());
            }
        }
        if (!task.arrays().isEmpty()) {
            whole.put(CompactTag.ARRAYS).putInt(task.arrays().size());
            for (byte[] array : task.arrays()) {
                whole.putInt(array.length).put(array);
            }
        }
        return whole.put(task.bytes()).array();
    }

    private byte[] toByteArray() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private Parcel toParcel() {
        return new Parcel(toByteArray(), apart);
    }

    /// @return false where it is not compact
    private boolean value(@Nullable Object object, int depth) {
        if (depth > CompactTag.MOST_DEPTH) {
            return false;
        }
        if (object == null) {
            tag(CompactTag.NULL);
            return true;
        }
        var type = object.getClass();
        if (type == Integer.class) {
            integer((Integer) object, depth);
        } else if (type == Boolean.class) {
            tag((Boolean) object ? CompactTag.TRUE : CompactTag.FALSE);
        } else if (type == Byte.class) {
            tag(CompactTag.BYTE);
            putByte((Byte) object);
        } else if (depth > 1 && isKnown(object)) {
            return refer(object);
        } else if (type == String.class) {
            text((String) object);
        } else {
            return number(object, type)
                    || array(object, type, depth)
                    || collection(object, type, depth)
                    || (isTask && lambda(object, depth));
        }
        return true;
    }

    private void integer(Integer number, int depth) {
        int value = number;
        if (value == (byte) value) {
            tag(CompactTag.SMALL_INT);
            putByte((byte) value);
        } else if (depth == 1 || !isKnown(number)) {
            tag(CompactTag.INT);
            putInt(value);
        } else {
            var _ = refer(number);
        }
    }

    /// Whether the object came before; otherwise it is numbered now.
    private boolean isKnown(Object object) {
        return !handles.add(object);
    }

    private boolean refer(Object known) {
        int number = handles.numberOf(known);
        for (int i = 0; i < unfinishedCount; i++) {
            if (unfinished[i] == number) {
                return false;
            }
        }
        tag(CompactTag.REFERENCE);
        putInt(number);
        return true;
    }

    private boolean number(Object object, Class<?> type) {
        if (type == Long.class) {
            tag(CompactTag.LONG);
            putLong((Long) object);
        } else if (type == Double.class) {
            tag(CompactTag.DOUBLE);
            putLong(Double.doubleToRawLongBits((Double) object));
        } else if (type == Float.class) {
            tag(CompactTag.FLOAT);
            putInt(Float.floatToRawIntBits((Float) object));
        } else if (type == Short.class) {
            tag(CompactTag.SHORT);
            putShort((Short) object);
        } else if (type == Character.class) {
            tag(CompactTag.CHAR);
            putShort((short) (char) (Character) object);
        } else if (type == BigInteger.class) {
            tag(CompactTag.BIG_INTEGER);
            putBytes(((BigInteger) object).toByteArray());
        } else if (type == BigDecimal.class) {
            tag(CompactTag.BIG_DECIMAL);
            putInt(((BigDecimal) object).scale());
            putBytes(((BigDecimal) object).unscaledValue().toByteArray());
        } else if (type == UUID.class) {
            tag(CompactTag.ID);
            putLong(((UUID) object).getMostSignificantBits());
            putLong(((UUID) object).getLeastSignificantBits());
        } else {
            return time(object, type);
        }
        return true;
    }

    private boolean time(Object object, Class<?> type) {
        if (type == Instant.class) {
            tag(CompactTag.INSTANT);
            var instant = (Instant) object;
            putLong(instant.getEpochSecond());
            putInt(instant.getNano());
        } else if (type == Duration.class) {
            tag(CompactTag.DURATION);
            putLong(((Duration) object).toSeconds());
            putInt(((Duration) object).toNanosPart());
        } else if (type == LocalDate.class) {
            tag(CompactTag.DATE);
            putLong(((LocalDate) object).toEpochDay());
        } else if (type == LocalTime.class) {
            tag(CompactTag.TIME);
            putLong(((LocalTime) object).toNanoOfDay());
        } else if (type == LocalDateTime.class) {
            tag(CompactTag.DATE_TIME);
            putLong(((LocalDateTime) object).toLocalDate().toEpochDay());
            putLong(((LocalDateTime) object).toLocalTime().toNanoOfDay());
        } else {
            return false;
        }
        return true;
    }

    private boolean array(Object object, Class<?> type, int depth) {
        if (!type.isArray()) {
            return false;
        }
        if (type == byte[].class) {
            bytes((byte[]) object);
            return true;
        }
        if (type == Object[].class || type == String[].class) {
            return elements(type == Object[].class ? CompactTag.OBJECTS : CompactTag.STRINGS, (Object[]) object, depth);
        }
        var numbers = CompactNumbers.of(type);
        if (numbers == null) {
            return false;
        }
        int length = Array.getLength(object);
        tag(numbers.tag());
        putInt(length);
        int count = ensureRoom((long) length * numbers.width());
        numbers.write(object, ByteBuffer.wrap(bytes, size, count));
        size += count;
        return true;
    }

    private void bytes(byte[] array) {
        if (!isParcel || array.length < Parcel.LEAST_APART) {
            tag(CompactTag.BYTES);
            putBytes(array);
        } else {
            tag(CompactTag.BYTES_APART);
            apartBytes += array.length;
            putInt(array.length);
            apart = apart.isEmpty() ? new ArrayList<>(1) : apart;
            apart.add(isTask ? array.clone() : array); // who submits a task may change it before it is written
        }
    }

    private boolean elements(byte tag, Object[] array, int depth) {
        numberRoot(array, depth);
        tag(tag);
        putInt(array.length);
        for (var element : array) {
            if (!value(element, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private boolean collection(Object object, Class<?> type, int depth) {
        if (type == ArrayList.class) {
            return elements(CompactTag.ARRAY_LIST, (Collection<?>) object, depth);
        }
        if (type == HashMap.class) {
            return entries(CompactTag.HASH_MAP, (Map<?, ?>) object, depth);
        }
        if (type == HashSet.class) {
            return elements(CompactTag.HASH_SET, (Collection<?>) object, depth);
        }
        if (type == LinkedHashSet.class) {
            return elements(CompactTag.LINKED_HASH_SET, (Collection<?>) object, depth);
        }
        if (type == ArrayDeque.class) {
            return elements(CompactTag.ARRAY_DEQUE, (Collection<?>) object, depth);
        }
        return immutable(object, type, depth);
    }

    private boolean immutable(Object object, Class<?> type, int depth) {
        boolean isList = type == CompactTag.LIST || type == CompactTag.SMALL_LIST;
        boolean isSet = type == CompactTag.SET || type == CompactTag.SMALL_SET;
        boolean isMap = type == CompactTag.MAP || type == CompactTag.SMALL_MAP;
        if (!isList && !isSet && !isMap) {
            return false;
        }
        if (depth == 1) {
            var _ = handles.add(object); // others are numbered by now
        }
        begin(handles.numberOf(object));
        boolean compact;
        if (isMap) {
            compact = entries(CompactTag.MAP_OF, (Map<?, ?>) object, depth);
        } else {
            byte listTag = isList && takesNulls((List<?>) object) ? CompactTag.LIST_WITH_NULLS : CompactTag.LIST_OF;
            compact = elements(isSet ? CompactTag.SET_OF : listTag, (Collection<?>) object, depth);
        }
        unfinishedCount--;
        return compact;
    }

    private boolean lambda(Object object, int depth) {
        var parts = LambdaSite.partsOf(object);
        if (parts == null) {
            return false;
        }
        var captures = parts.captures();
        int count = captures.getCapturedArgCount();
        if (count > 0) {
            numberRoot(object, depth);
            begin(handles.numberOf(object));
        }
        tag(CompactTag.LAMBDA);
        putInt(parts.site().number());
        putByte((byte) count);
        for (int i = 0; i < count; i++) {
            if (!value(captures.getCapturedArg(i), depth + 1)) {
                return false;
            }
        }
        unfinishedCount -= count > 0 ? 1 : 0;
        sites = sites == null ? new ArrayList<>(1) : sites;
        sites.add(parts.site());
        return true;
    }

    private void begin(int number) {
        if (unfinishedCount == unfinished.length) {
            unfinished = Arrays.copyOf(unfinished, 2 * unfinishedCount + 4);
        }
        unfinished[unfinishedCount++] = number;
    }

    /// The lists of `Stream.toList()` have the class of those of `List.of`, which throw here.
    private static boolean takesNulls(List<?> list) {
        try {
            var _ = list.contains(null);
            return true;
        } catch (NullPointerException _) {
            return false;
        }
    }

    private boolean elements(byte tag, Collection<?> collection, int depth) {
        numberRoot(collection, depth);
        tag(tag);
        int left = collection.size();
        putInt(left);
        for (Object element : collection) {
            left--;
            if (!value(element, depth + 1)) {
                return false;
            }
        }
        ensureUnchanged(left);
        return true;
    }

    private boolean entries(byte tag, Map<?, ?> map, int depth) {
        numberRoot(map, depth);
        tag(tag);
        int left = map.size();
        putInt(left);
        for (var entry : map.entrySet()) {
            left--;
            if (!value(entry.getKey(), depth + 1) || !value(entry.getValue(), depth + 1)) {
                return false;
            }
        }
        ensureUnchanged(left);
        return true;
    }

    private void numberRoot(Object whole, int depth) {
        if (depth == 1) {
            var _ = handles.add(whole);
        }
    }

    private static void ensureUnchanged(int left) {
        if (left != 0) {
            throw new ConcurrentModificationException("a collection was changed while it was encoded");
        }
    }

    @SuppressWarnings("deprecation") // getBytes without a charset, which is what it takes for Latin letters
    private void text(String text) {
        int length = text.length();
        if (isLatin(text)) {
            tag(CompactTag.LATIN);
            putInt(length);
            int count = ensureRoom(length);
            text.getBytes(0, count, bytes, size);
            size += count;
        } else {
            tag(CompactTag.TEXT);
            putInt(length);
            int count = ensureRoom(2L * length);
            for (int i = 0; i < length; i++) {
                char letter = text.charAt(i);
                bytes[size + 2 * i] = (byte) (letter >>> 8);
                bytes[size + 2 * i + 1] = (byte) letter;
            }
            size += count;
        }
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private void tag(byte tag) {
        putByte(tag);
    }

    private void putByte(byte value) {
        int count = ensureRoom(1);
        bytes[size] = value;
        size += count;
    }

    private void putShort(short value) {
        int count = ensureRoom(Short.BYTES);
        bytes[size] = (byte) (value >>> 8);
        bytes[size + 1] = (byte) value;
        size += count;
    }

    private void putInt(int value) {
        int count = ensureRoom(Integer.BYTES);
        bytes[size] = (byte) (value >>> 24);
        bytes[size + 1] = (byte) (value >>> 16);
        bytes[size + 2] = (byte) (value >>> 8);
        bytes[size + 3] = (byte) value;
        size += count;
    }

    private void putLong(long value) {
        putInt((int) (value >>> 32));
        putInt((int) value);
    }

    /// With the length before them.
    private void putBytes(byte[] content) {
        putInt(content.length);
        int count = ensureRoom(content.length);
        System.arraycopy(content, 0, bytes, size, count);
        size += count;
    }

    /// @return the same number, which is known to be an int now
    private int ensureRoom(long more) {
        long needed = size + more;
        if (needed + apartBytes > ceiling) {
            throw new UncheckedIOException(new Codec.TooLargeException(ceiling));
        }
        if (needed > bytes.length) {
            // Something large is mostly alone, and need not be copied again then.
            long grown = more > LARGE_BYTES ? needed : Math.max(needed, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, Integer.MAX_VALUE - 8));
        }
        return (int) more;
    }
}
