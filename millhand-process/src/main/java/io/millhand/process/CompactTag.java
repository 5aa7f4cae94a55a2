package io.millhand.process;

/// The tags of the compact form, see [CompactWriter]. None is the first byte of a stream of JDK serialization.
final class CompactTag {

    static final byte NULL = 0;
    static final byte TRUE = 1;
    static final byte FALSE = 2;

    /// An Integer between -128 and 127, of which there is one each in a JVM.
    static final byte SMALL_INT = 3;

    static final byte INT = 4;
    static final byte LONG = 5;
    static final byte DOUBLE = 6;
    static final byte FLOAT = 7;
    static final byte SHORT = 8;
    static final byte BYTE = 9;
    static final byte CHAR = 10;
    static final byte LATIN = 11;
    static final byte TEXT = 12;
    static final byte REFERENCE = 13;
    static final byte BIG_INTEGER = 14;
    static final byte BIG_DECIMAL = 15;
    static final byte ID = 16;
    static final byte INSTANT = 17;
    static final byte DURATION = 18;
    static final byte DATE = 19;
    static final byte TIME = 20;
    static final byte DATE_TIME = 21;

    static final byte BYTES = 24;
    static final byte SHORTS = 25;
    static final byte CHARS = 26;
    static final byte INTS = 27;
    static final byte LONGS = 28;
    static final byte FLOATS = 29;
    static final byte DOUBLES = 30;
    static final byte BOOLEANS = 31;

    static final byte OBJECTS = 32;
    static final byte STRINGS = 33;
    static final byte ARRAY_LIST = 34;
    static final byte ARRAY_DEQUE = 35;
    static final byte HASH_SET = 36;
    static final byte LINKED_HASH_SET = 37;
    static final byte HASH_MAP = 38;
    static final byte LIST_OF = 39;
    static final byte LIST_WITH_NULLS = 40;
    static final byte SET_OF = 41;
    static final byte MAP_OF = 42;

    /// In tasks only.
    static final byte LAMBDA = 48;

    /// In tasks only, before the root: the code that they run.
    static final byte SITES = 49;

    /// In tasks only, at the beginning: one of many inputs of a function that was shared.
    static final byte MAPPED = 50;

    /// In tasks only, before the root: the large arrays of a task that is kept.
    static final byte ARRAYS = 51;

    /// A byte[] that came beside the bytes.
    static final byte BYTES_APART = 52;

    /// A task that is a lambda: what it captured follows by JDK serialization.
    static final byte LAMBDA_OF_OBJECTS = 53;

    /// How deep the compact form goes; what is deeper goes by JDK serialization.
    static final int MOST_DEPTH = 200;

    // The classes behind List.of and its like are not public.
    static final Class<?> SMALL_LIST = java.util.List.of(0).getClass();
    static final Class<?> LIST = java.util.List.of().getClass();
    static final Class<?> SMALL_SET = java.util.Set.of(0).getClass();
    static final Class<?> SET = java.util.Set.of().getClass();
    static final Class<?> SMALL_MAP = java.util.Map.of(0, 0).getClass();
    static final Class<?> MAP = java.util.Map.of().getClass();

    private CompactTag() {}

    /// What begins with a tag, for messages.
    static String typeName(byte tag) {
        return switch (tag) {
            case TRUE, FALSE -> "java.lang.Boolean";
            case SMALL_INT, INT -> "java.lang.Integer";
            case LONG -> "java.lang.Long";
            case DOUBLE -> "java.lang.Double";
            case FLOAT -> "java.lang.Float";
            case SHORT -> "java.lang.Short";
            case BYTE -> "java.lang.Byte";
            case CHAR -> "java.lang.Character";
            case LATIN, TEXT -> "java.lang.String";
            case BIG_INTEGER -> "java.math.BigInteger";
            case BIG_DECIMAL -> "java.math.BigDecimal";
            case ID -> "java.util.UUID";
            case INSTANT -> "java.time.Instant";
            case DURATION -> "java.time.Duration";
            case DATE -> "java.time.LocalDate";
            case TIME -> "java.time.LocalTime";
            case DATE_TIME -> "java.time.LocalDateTime";
            case BYTES, BYTES_APART -> "byte[]";
            case SHORTS -> "short[]";
            case CHARS -> "char[]";
            case INTS -> "int[]";
            case LONGS -> "long[]";
            case FLOATS -> "float[]";
            case DOUBLES -> "double[]";
            case BOOLEANS -> "boolean[]";
            case OBJECTS -> "java.lang.Object[]";
            case STRINGS -> "java.lang.String[]";
            case ARRAY_LIST -> "java.util.ArrayList";
            case ARRAY_DEQUE -> "java.util.ArrayDeque";
            case HASH_SET -> "java.util.HashSet";
            case LINKED_HASH_SET -> "java.util.LinkedHashSet";
            case HASH_MAP -> "java.util.HashMap";
            case LIST_OF, LIST_WITH_NULLS -> "java.util.ImmutableCollections.ListN";
            case SET_OF -> "java.util.ImmutableCollections.SetN";
            case MAP_OF -> "java.util.ImmutableCollections.MapN";
            case LAMBDA, LAMBDA_OF_OBJECTS -> "java.lang.invoke.SerializedLambda";
            default -> "unknown";
        };
    }
}
