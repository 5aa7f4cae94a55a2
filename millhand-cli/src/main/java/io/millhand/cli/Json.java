package io.millhand.cli;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Turns the result of a function into text, in the child.
///
/// Written here rather than taken from a library: the walk over the values is ours with any library, what remains is
/// the escaping of strings ([JsonText]), and a library would be loaded by every child.
final class Json {

    private static final int MAX_DEPTH = 500;

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            var components = type.getRecordComponents();
            Arrays.stream(components)
                    .forEach(component -> component.getAccessor().setAccessible(true));
            return components;
        }
    };

    private final StringBuilder out = new StringBuilder();
    private final JsonPath path = new JsonPath(MAX_DEPTH);

    private Json() {}

    /// Any value as JSON. What has no form of its own there becomes the string that it prints as.
    ///
    /// @throws IllegalArgumentException where a value holds itself or is nested too deep
    static String of(@Nullable Object value) {
        var json = new Json();
        json.write(value);
        return json.out.toString();
    }

    /// What is printed for a result: records, lists, maps, arrays and optionals as JSON, all else as it prints itself.
    static String printed(@Nullable Object value) {
        return isStructure(value) ? of(value) : text(value);
    }

    private static boolean isStructure(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Record _, Collection<?> _, Map<?, ?> _ -> true;
            case Optional<?> _, OptionalInt _, OptionalLong _, OptionalDouble _ -> true;
            default -> value.getClass().isArray();
        };
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Boolean bool -> out.append(bool);
            case Double number -> writeDouble(number, Double.isFinite(number));
            case Float number -> writeDouble(number, Float.isFinite(number));
            case Byte _, Short _, Integer _, Long _, BigInteger _, BigDecimal _ -> out.append(value);
            case Enum<?> constant -> JsonText.quote(constant.name(), out);
            case Date date -> JsonText.quote(String.valueOf(date.toInstant()), out);
            case Optional<?> optional -> write(optional.orElse(null));
            case OptionalInt optional -> write(optional.isPresent() ? optional.getAsInt() : null);
            case OptionalLong optional -> write(optional.isPresent() ? optional.getAsLong() : null);
            case OptionalDouble optional -> write(optional.isPresent() ? optional.getAsDouble() : null);
            case byte[] bytes -> JsonText.quote(Base64.getEncoder().encodeToString(bytes), out);
            case char[] chars -> JsonText.quote(new String(chars), out);
            case Record structure -> writeNested(structure, () -> writeRecord(structure));
            case Map<?, ?> map -> writeNested(map, () -> writeMap(map));
            case Collection<?> list -> writeNested(list, () -> writeList(list));
            default -> writeOther(value);
        }
    }

    private void writeOther(Object value) {
        if (value.getClass().isArray()) {
            writeNested(value, () -> writeArray(value));
        } else {
            JsonText.quote(text(value), out);
        }
    }

    /// JSON has no such numbers as NaN.
    private void writeDouble(Number number, boolean finite) {
        if (finite) {
            out.append(number);
        } else {
            JsonText.quote(number.toString(), out);
        }
    }

    private void writeRecord(Record value) {
        out.append('{');
        String separator = "";
        for (var component : COMPONENTS.get(value.getClass())) {
            out.append(separator);
            separator = ",";
            writeMember(component.getName(), read(component, value));
        }
        out.append('}');
    }

    private void writeMap(Map<?, ?> map) {
        out.append('{');
        String separator = "";
        for (var entry : map.entrySet()) {
            out.append(separator);
            separator = ",";
            writeMember(entry.getKey() instanceof Enum<?> key ? key.name() : text(entry.getKey()), entry.getValue());
        }
        out.append('}');
    }

    private void writeMember(String name, @Nullable Object value) {
        JsonText.quote(name, out);
        out.append(':');
        path.at('.' + name);
        write(value);
    }

    private void writeList(Collection<?> list) {
        out.append('[');
        int index = 0;
        for (var element : list) {
            writeElement(index++, element);
        }
        out.append(']');
    }

    private void writeArray(Object array) {
        out.append('[');
        int length = Array.getLength(array);
        for (int i = 0; i < length; i++) {
            writeElement(i, Array.get(array, i));
        }
        out.append(']');
    }

    private void writeElement(int index, @Nullable Object element) {
        if (index > 0) {
            out.append(',');
        }
        path.at(index);
        write(element);
    }

    private void writeNested(Object value, Runnable body) {
        path.enter(value);
        body.run();
        path.leave();
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("reading component " + component.getName() + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("component " + component.getName() + " cannot be read", e);
        }
    }

    /// `toString` may answer null.
    private static String text(@Nullable Object value) {
        String text = value == null ? null : value.toString();
        return text == null ? "null" : text;
    }
}
