package io.millhand.process;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what keeps an object from being serialized, and the way to it. Used only after serialization has failed.
final class FieldPath {

    /*
     * Breadth first, so that the shortest way is told; each object once, so that cycles end. Fields that reflection may
     * not open are passed over: then the culprit is not found and the caller has the name of its class only.
     */

    private record Step(Object object, @Nullable Step from, String label) {}

    private final Deque<Step> open = new ArrayDeque<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Endless structures end here.
    private static final int MOST_OBJECTS = 1_000_000;

    private FieldPath() {}

    /// Searches.
    ///
    /// @param root what failed to be serialized
    /// @return for example `captured value 1 (com.acme.Service) -> field 'socket' (java.net.Socket)`, or empty
    static Optional<String> toCulprit(Object root) {
        try {
            return new FieldPath().search(root);
        } catch (RuntimeException | Error _) {
            return Optional.empty(); // iterators and maps are the user's code
        }
    }

    private Optional<String> search(Object root) {
        add(unfolded(root), null, "");
        for (var step = open.pollFirst(); step != null && seen.size() < MOST_OBJECTS; step = open.pollFirst()) {
            if (!(step.object() instanceof Serializable)) {
                return Optional.of(describe(step));
            }
            addParts(step);
        }
        return Optional.empty();
    }

    private void add(@Nullable Object object, @Nullable Step from, String label) {
        if (object == null || object instanceof String || object instanceof Class || object instanceof Enum) {
            return;
        }
        if (seen.add(object)) {
            open.addLast(new Step(object, from, label));
        }
    }

    private void addParts(Step step) {
        switch (step.object()) {
            case SerializedLambda lambda -> addCaptured(lambda, step);
            case Object[] array -> {
                for (int i = 0; i < Array.getLength(array); i++) {
                    add(array[i], step, "element " + i);
                }
            }
            case Collection<?> elements -> {
                int i = 0;
                for (var element : elements) {
                    add(element, step, "element " + i++);
                }
                addFields(step);
            }
            case Map<?, ?> map -> {
                map.forEach((key, value) -> {
                    add(key, step, "a key");
                    add(value, step, "the value of key " + nameOf(key));
                });
                addFields(step);
            }
            case Externalizable _ -> {}
            case Serializable object when object.getClass().isHidden() -> add(unfolded(object), step, "a lambda");
            default -> addFields(step);
        }
    }

    private static String nameOf(@Nullable Object key) {
        boolean plain = key instanceof String || key instanceof Number || key instanceof Enum;
        return plain ? "'" + key + "'" : "of " + (key == null ? "null" : key.getClass());
    }

    private void addCaptured(SerializedLambda lambda, Step step) {
        boolean capturesThis = isInstanceMethod(lambda.getImplMethodKind())
                && lambda.getImplMethodName().startsWith("lambda$")
                && lambda.getCapturedArgCount() > 0;
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            String label = capturesThis && i == 0
                    ? "captured 'this', which the lambda in method '" + methodOf(lambda) + "' uses"
                    : "captured value " + (capturesThis ? i : i + 1);
            add(lambda.getCapturedArg(i), step, label);
        }
    }

    private static boolean isInstanceMethod(int kind) {
        return kind == MethodHandleInfo.REF_invokeVirtual
                || kind == MethodHandleInfo.REF_invokeSpecial
                || kind == MethodHandleInfo.REF_invokeInterface;
    }

    /// `lambda$render$3` is a lambda in `render`.
    private static String methodOf(SerializedLambda lambda) {
        String name = lambda.getImplMethodName();
        int begin = name.indexOf('$') + 1;
        int end = name.indexOf('$', begin);
        return end < 0 ? name : name.substring(begin, end);
    }

    private void addFields(Step step) {
        for (Class<?> type = step.object().getClass();
                type != null && Serializable.class.isAssignableFrom(type);
                type = type.getSuperclass()) {
            for (var field : ObjectStreamClass.lookupAny(type).getFields()) {
                if (!field.isPrimitive()) {
                    add(valueOf(step.object(), type, field.getName()), step, "field '" + field.getName() + "'");
                }
            }
        }
    }

    private static @Nullable Object valueOf(Object object, Class<?> type, String name) {
        try {
            var field = type.getDeclaredField(name);
            return field.trySetAccessible() ? field.get(object) : null;
        } catch (ReflectiveOperationException _) {
            return null; // a field that exists in the serial form only
        }
    }

    private static String describe(Step culprit) {
        var path = new StringBuilder();
        for (@Nullable Step step = culprit; step != null; step = step.from()) {
            if (step.label().isEmpty()) {
                continue;
            }
            String part = step.label() + " (" + step.object().getClass().getName() + ")";
            path.insert(0, path.isEmpty() ? part : part + " -> ");
        }
        return path.isEmpty()
                ? "the task itself (" + culprit.object().getClass().getName() + ")"
                : path.toString();
    }

    /// What stands in for a lambda in a stream, seen through the one door that is open in every module.
    private static Object unfolded(Object object) {
        if (!object.getClass().isHidden()) {
            return object;
        }
        var seen = new ArrayList<Object>();
        try (var out = new ObjectOutputStream(OutputStream.nullOutputStream()) {
            {
                enableReplaceObject(true);
            }

            @Override
            protected Object replaceObject(Object replaced) throws IOException {
                seen.add(replaced); // then the exception below, which goes the same way
                throw new IOException("seen");
            }
        }) {
            out.writeObject(object);
        } catch (IOException _) {
            // stopped on purpose at the first object, which is the one that was asked for
        }
        return seen.isEmpty() ? object : seen.getFirst();
    }
}
