package io.millhand.process;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A place in the code of this JVM that makes serializable lambdas. It has a number, under which children know it: a
/// lambda travels as that number and its captured values.
final class LambdaSite {

    /*
     * The JDK gives each place a class of its own, whose instances take themselves apart through `writeReplace`. What
     * that tells is the same each time but for the captured values. Where a module is closed to reflection it cannot be
     * asked, and the lambda goes by JDK serialization.
     *
     * Numbers are never used again. A site lives as long as its class, or a task that needs it.
     */

    private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

    private static final ClassValue<Door> DOORS = new ClassValue<>() {
        @Override
        protected Door computeValue(Class<?> type) {
            return new Door(writeReplaceOf(type));
        }
    };

    /// The way into the lambdas of a class.
    private static final class Door {
        private final @Nullable Method writeReplace;
        private volatile @Nullable LambdaSite site;

        Door(@Nullable Method writeReplace) {
            this.writeReplace = writeReplace;
        }

        @Nullable
        LambdaSite siteOf(SerializedLambda parts, Class<?> type) {
            var known = site;
            return known == null ? first(parts, type) : known;
        }

        private synchronized @Nullable LambdaSite first(SerializedLambda parts, Class<?> type) {
            if (site == null) {
                site = make(parts, type);
            }
            return site;
        }
    }

    /// A lambda in its parts.
    ///
    /// @param site where it was made
    /// @param captures holds what it captured
    record Parts(LambdaSite site, SerializedLambda captures) {

        @Nullable
        Object[] captured() {
            var captured = new @Nullable Object[captures.getCapturedArgCount()];
            for (int i = 0; i < captured.length; i++) {
                captured[i] = captures.getCapturedArg(i);
            }
            return captured;
        }
    }

    private final int number;
    private final Class<?> capturing;
    private final byte[] definition;

    private LambdaSite(int number, Class<?> capturing, byte[] definition) {
        this.number = number;
        this.capturing = capturing;
        this.definition = definition;
    }

    private static @Nullable Method writeReplaceOf(Class<?> type) {
        if (!type.isHidden() || !type.isSynthetic()) {
            return null;
        }
        try {
            var method = type.getDeclaredMethod("writeReplace");
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException | InaccessibleObjectException | SecurityException _) {
            return null; // not serializable, or in a closed module
        }
    }

    private static @Nullable LambdaSite make(SerializedLambda parts, Class<?> type) {
        try {
            String name = parts.getCapturingClass().replace('/', '.');
            var capturing = Class.forName(name, false, type.getClassLoader());
            byte[] definition = CodeSite.definitionOf(name, parts);
            return new LambdaSite(LAST_NUMBER.incrementAndGet(), capturing, definition);
        } catch (ClassNotFoundException | LinkageError _) {
            return null; // the loader is the user's code
        }
    }

    /// Takes a lambda apart.
    ///
    /// @return null where it is none, or cannot be taken apart
    static @Nullable Parts partsOf(Object object) {
        var type = object.getClass();
        var door = DOORS.get(type);
        if (door.writeReplace == null) {
            return null;
        }
        try {
            if (door.writeReplace.invoke(object) instanceof SerializedLambda parts) {
                var site = door.siteOf(parts, type);
                return site == null ? null : new Parts(site, parts);
            }
            return null;
        } catch (IllegalAccessException | InvocationTargetException _) {
            return null; // JDK serialization meets the same, and tells of it
        }
    }

    int number() {
        return number;
    }

    /// The class that the code stands in.
    Class<?> capturing() {
        return capturing;
    }

    /// What it takes to make such lambdas elsewhere.
    byte[] definition() {
        return definition;
    }
}
