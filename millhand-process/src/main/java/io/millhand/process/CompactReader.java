package io.millhand.process;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.StreamCorruptedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads what a [CompactWriter] has written, and anything else as far as it makes sense.
final class CompactReader {

    /*
     * Whatever the bytes are, no more is allocated than they can tell: each length is held against what is left, and
     * against the limits, before anything is made of it.
     *
     * Collections are filled as JDK serialization fills them, and have tables of the same size.
     */

    private static final int MOST_STEPS = 16;

    /// What may be read.
    ///
    /// @param depth how deep
    /// @param references how many objects
    /// @param elements of all arrays together, those within collections among them
    record Limits(int depth, long references, long elements) {

        /// Of what this program has written for itself.
        static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private final byte[] bytes;

    /// Those that came beside the bytes and were not met yet.
    private final Iterator<byte[]> arrays;

    private final Limits limits;

    /// Null for what is no task.
    private final @Nullable TaskScope scope;

    private int at;

    private @Nullable Object[] objects = {};
    private int count;

    private long references;
    private long elements;

    /// How deep it is now, and which element it reads on each level: an index, or the number of a key or a value.
    private int depth;

    private int[] places = {};

    /// The tag that was read last.
    private byte last;

    /// Reads a value.
    CompactReader(Parcel parcel, Limits limits) {
        this.bytes = parcel.bytes();
        this.arrays = parcel.arrays().iterator();
        this.limits = limits;
        this.scope = null;
    }

    /// Reads a task.
    ///
    /// @param begin where it begins; it goes to the end
    CompactReader(byte[] bytes, int begin, TaskScope scope) {
        this.bytes = bytes;
        this.at = begin;
        this.arrays = scope.arrays();
        this.limits = Limits.NONE;
        this.scope = scope;
    }

    /// Whether bytes are of this form, and not of JDK serialization.
    static boolean isCompact(byte[] bytes) {
        return bytes.length > 0 && bytes[0] >= 0;
    }

    /// Reads all.
    ///
    /// @return what was written
    /// @throws IOException where they make no sense, or go beyond a limit
    @Nullable
    Object read() throws IOException, ClassNotFoundException {
        var root = value();
        if (at != bytes.length) {
            throw corrupted("the bytes must end with the value, had " + (bytes.length - at) + " more");
        }
        if (arrays.hasNext()) {
            throw corrupted(
                    "the value must hold all arrays that came, one more had " + arrays.next().length + " bytes");
        }
        return root;
    }

    /// Where reading has failed; empty at the top.
    String place() {
        var text = new StringBuilder();
        int levels = Math.min(depth - 1, places.length);
        for (int i = 0; i < Math.min(levels, MOST_STEPS); i++) {
            text.append(i == 0 ? "" : " -> ").append(step(places[i]));
        }
        if (levels > MOST_STEPS) {
            text.append(" -> ... ").append(levels - MOST_STEPS).append(" more ...");
        }
        return text.append(levels > 0 ? " (" : "the top (")
                .append(CompactTag.typeName(last))
                .append(")")
                .toString();
    }

    private static String step(int place) {
        return place < 0 ? "captured value " + -place : "element " + place;
    }

    /// Reads the code that a task takes along, up to the task.
    Map<Integer, CodeSite> sites() throws IOException {
        var _ = getByte();
        int count = length(2 * Integer.BYTES);
        Map<Integer, CodeSite> sites = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            sites.put(getInt(), CodeSite.read(bytes(false)));
        }
        return sites;
    }

    /// Reads the number of the site of a lambda, up to what it captured.
    int number() throws IOException {
        var _ = getByte();
        return getInt();
    }

    /// Reads the arrays that a task takes along, up to the task.
    List<byte[]> arrays() throws IOException {
        var _ = getByte();
        int count = length(Integer.BYTES);
        List<byte[]> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(bytes(false));
        }
        return taken;
    }

    /// Reads the number of the function that an input is for, up to the input.
    long function() throws IOException {
        var _ = getByte();
        return getLong();
    }

    /// How many bytes were read.
    int position() {
        return at;
    }

    private @Nullable Object value() throws IOException, ClassNotFoundException {
        depth++; // and back only in the end, so that a failure knows where it was
        if (depth > limits.depth()) {
            throw new InvalidClassException(AnswerFilter.tooDeep(limits.depth()));
        }
        if (depth > CompactTag.MOST_DEPTH) {
            throw corrupted("values must be nested at most " + CompactTag.MOST_DEPTH + " deep");
        }
        if (++references > limits.references()) {
            throw new InvalidClassException(AnswerFilter.tooMany(limits.references()));
        }
        last = getByte();
        var value = content(last);
        depth--;
        return value;
    }

    private @Nullable Object content(byte tag) throws IOException, ClassNotFoundException {
        return switch (tag) {
            case CompactTag.NULL -> null;
            case CompactTag.TRUE -> true;
            case CompactTag.FALSE -> false;
            case CompactTag.SMALL_INT -> (int) getByte();
            case CompactTag.BYTE -> getByte();
            case CompactTag.INT -> number(getInt());
            case CompactTag.LATIN -> number(latin());
            case CompactTag.TEXT -> number(text());
            case CompactTag.REFERENCE -> known(getInt());
            case CompactTag.BYTES -> number(bytes(true));
            case CompactTag.BYTES_APART -> number(bytesApart());
            case CompactTag.OBJECTS, CompactTag.STRINGS -> array(tag);
            case CompactTag.ARRAY_LIST,
                    CompactTag.ARRAY_DEQUE,
                    CompactTag.HASH_SET,
                    CompactTag.LINKED_HASH_SET,
                    CompactTag.HASH_MAP -> collection(tag);
            case CompactTag.LIST_OF, CompactTag.LIST_WITH_NULLS, CompactTag.SET_OF, CompactTag.MAP_OF -> immutable(tag);
            case CompactTag.SHORTS,
                    CompactTag.CHARS,
                    CompactTag.INTS,
                    CompactTag.LONGS,
                    CompactTag.FLOATS,
                    CompactTag.DOUBLES,
                    CompactTag.BOOLEANS -> number(numbers(CompactNumbers.of(tag)));
            case CompactTag.LAMBDA -> lambda();
            default -> number(scalar(tag));
        };
    }

    private Object lambda() throws IOException, ClassNotFoundException {
        if (scope == null) {
            throw new InvalidClassException(AnswerFilter.HOLDS_CODE);
        }
        int site = getInt();
        int captured = getByte() & 0xFF;
        ensureLeft(captured, 1);
        int number = depth > 1 || captured > 0 ? next() : -1;
        var captures = new @Nullable Object[captured];
        for (int i = 0; i < captured; i++) {
            captures[i] = element(-1 - i);
        }
        last = CompactTag.LAMBDA;
        var lambda = scope.site(site).lambdaOf(captures, scope);
        if (number >= 0) {
            set(number, lambda);
        }
        return lambda;
    }

    private Object scalar(byte tag) throws IOException {
        return switch (tag) {
            case CompactTag.LONG -> getLong();
            case CompactTag.DOUBLE -> Double.longBitsToDouble(getLong());
            case CompactTag.FLOAT -> Float.intBitsToFloat(getInt());
            case CompactTag.SHORT -> getShort();
            case CompactTag.CHAR -> (char) getShort();
            case CompactTag.BIG_INTEGER -> new BigInteger(bytes(false));
            case CompactTag.BIG_DECIMAL -> {
                int scale = getInt();
                yield new BigDecimal(new BigInteger(bytes(false)), scale);
            }
            case CompactTag.ID -> new UUID(getLong(), getLong());
            case CompactTag.INSTANT -> Instant.ofEpochSecond(getLong(), getInt());
            case CompactTag.DURATION -> Duration.ofSeconds(getLong(), getInt());
            case CompactTag.DATE -> LocalDate.ofEpochDay(getLong());
            case CompactTag.TIME -> LocalTime.ofNanoOfDay(getLong());
            case CompactTag.DATE_TIME ->
                LocalDateTime.of(LocalDate.ofEpochDay(getLong()), LocalTime.ofNanoOfDay(getLong()));
            default -> throw corrupted("tag must be one of the compact form, was " + tag);
        };
    }

    /// Gives the next number to an object.
    private Object number(Object object) {
        if (depth > 1) { // nothing refers to a root that holds no others
            set(next(), object);
        }
        return object;
    }

    private int next() {
        if (count == objects.length) {
            objects = Arrays.copyOf(objects, Math.max(8, 2 * count));
        }
        return count++;
    }

    private void set(int number, Object object) {
        objects[number] = object;
    }

    private Object known(int number) throws IOException {
        var found = number >= 0 && number < count ? objects[number] : null;
        if (found == null) {
            throw corrupted("a reference must be to one of " + count + " objects that are read, was to " + number);
        }
        return found;
    }

    private String latin() throws IOException {
        int length = length(1);
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
    }

    /// Not UTF-16 of the JDK's, which takes no halves of surrogate pairs.
    private String text() throws IOException {
        int length = length(Character.BYTES);
        var letters = new char[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (char) getShort();
        }
        return new String(letters);
    }

    /// @param isArray and not part of a number
    private byte[] bytes(boolean isArray) throws IOException {
        int length = length(1);
        if (isArray) {
            count(length, "byte[]");
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /// Nobody else has it.
    private byte[] bytesApart() throws IOException {
        int length = getInt();
        byte[] array = arrays.hasNext() ? arrays.next() : null;
        if (array == null || array.length != length) {
            throw corrupted("an array of " + length + " bytes must have come apart, came "
                    + (array == null ? "none" : "one of " + array.length));
        }
        count(array.length, "byte[]");
        return array;
    }

    private Object numbers(CompactNumbers kind) throws IOException {
        int length = getInt();
        count(length, CompactTag.typeName(last));
        ensureLeft(length, kind.width());
        int size = length * kind.width();
        var array = kind.read(length, ByteBuffer.wrap(bytes, at, size));
        at += size;
        return array;
    }

    private Object array(byte tag) throws IOException, ClassNotFoundException {
        int length = getInt();
        count(length, CompactTag.typeName(tag));
        ensureLeft(length, 1);
        var array = tag == CompactTag.OBJECTS ? new @Nullable Object[length] : new @Nullable String[length];
        set(next(), array);
        fill(array);
        return array;
    }

    private void fill(@Nullable Object[] array) throws IOException, ClassNotFoundException {
        for (int i = 0; i < array.length; i++) {
            try {
                array[i] = element(i);
            } catch (ArrayStoreException e) {
                throw corrupted("an array of texts must hold nothing else, held " + e.getMessage());
            }
        }
    }

    private @Nullable Object element(int index) throws IOException, ClassNotFoundException {
        if (places.length < depth) {
            places = Arrays.copyOf(places, depth + 8);
        }
        places[depth - 1] = index;
        return value();
    }

    private Object collection(byte tag) throws IOException, ClassNotFoundException {
        int length = length(tag == CompactTag.HASH_MAP ? 2 : 1);
        if (tag == CompactTag.HASH_MAP) {
            return map(length);
        }
        Collection<@Nullable Object> collection = switch (tag) {
            case CompactTag.ARRAY_LIST -> {
                count(length, "java.lang.Object[]");
                yield new ArrayList<>(length);
            }
            case CompactTag.ARRAY_DEQUE -> {
                count(length + 1L, "java.lang.Object[]");
                yield new ArrayDeque<>(length);
            }
            case CompactTag.HASH_SET -> new HashSet<>(countSet(length));
            default -> new LinkedHashSet<>(countSet(length));
        };
        set(next(), collection);
        for (int i = 0; i < length; i++) {
            collection.add(element(i));
        }
        return collection;
    }

    /// The capacity that a set has after JDK serialization.
    private int countSet(int length) throws InvalidClassException {
        int capacity = (int) (length * (1 / 0.75f));
        countTable(capacity);
        return capacity;
    }

    private void countTable(int capacity) throws InvalidClassException {
        count(capacity <= 1 ? 1 : Integer.highestOneBit(capacity - 1) * 2L, "java.util.Map$Entry[]");
    }

    private Object map(int length) throws IOException, ClassNotFoundException {
        int capacity = (int) Math.max(16, Math.ceil(length / 0.75));
        countTable(length == 0 ? 0 : capacity);
        var map = new HashMap<@Nullable Object, @Nullable Object>(capacity);
        set(next(), map);
        for (int i = 0; i < length; i++) {
            var key = element(i);
            map.put(key, element(i));
        }
        return map;
    }

    private Object immutable(byte tag) throws IOException, ClassNotFoundException {
        int length = length(tag == CompactTag.MAP_OF ? 2 : 1);
        int number = next(); // nothing can refer to it before it is whole
        count(tag == CompactTag.MAP_OF ? 2L * length : length, "java.lang.Object[]");
        var whole = tag == CompactTag.MAP_OF ? immutableMap(length) : immutable(tag, length);
        set(number, whole);
        return whole;
    }

    private Object immutable(byte tag, int length) throws IOException, ClassNotFoundException {
        var array = new @Nullable Object[length];
        fill(array);
        return switch (tag) {
            case CompactTag.LIST_OF -> List.of(array);
            case CompactTag.SET_OF -> Set.of(array);
            default -> Arrays.stream(array).toList();
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private Object immutableMap(int length) throws IOException, ClassNotFoundException {
        Map.Entry<Object, Object>[] entries = new Map.Entry[length];
        for (int i = 0; i < length; i++) {
            var key = element(i);
            var value = element(i);
            if (key == null || value == null) {
                throw corrupted("a map of this kind must hold no nulls");
            }
            entries[i] = Map.entry(key, value);
        }
        return Map.ofEntries(entries);
    }

    private void count(long length, String type) throws InvalidClassException {
        if (length > 0) {
            elements += length;
            if (elements > limits.elements()) {
                throw new InvalidClassException(AnswerFilter.tooLarge(elements, type, length, limits.elements()));
            }
        }
    }

    private int length(int width) throws IOException {
        int length = getInt();
        ensureLeft(length, width);
        return length;
    }

    private void ensureLeft(int count, int width) throws IOException {
        if (count < 0 || (long) count * width > bytes.length - at) {
            throw corrupted("length must be 0 to " + (bytes.length - at) / width + ", was " + count);
        }
    }

    private byte getByte() throws IOException {
        ensureLeft(1, Byte.BYTES);
        return bytes[at++];
    }

    private short getShort() throws IOException {
        ensureLeft(1, Short.BYTES);
        at += Short.BYTES;
        return (short) ((bytes[at - 2] & 0xFF) << 8 | (bytes[at - 1] & 0xFF));
    }

    private int getInt() throws IOException {
        ensureLeft(1, Integer.BYTES);
        at += Integer.BYTES;
        return (bytes[at - 4] & 0xFF) << 24
                | (bytes[at - 3] & 0xFF) << 16
                | (bytes[at - 2] & 0xFF) << 8
                | (bytes[at - 1] & 0xFF);
    }

    private long getLong() throws IOException {
        return (long) getInt() << 32 | (getInt() & 0xFFFFFFFFL);
    }

    private StreamCorruptedException corrupted(String what) {
        return new StreamCorruptedException(what + ", before byte " + at);
    }
}
